// Each choice is an attribute of the element, of the same name; it may change in a call.
document.querySelector('#try').addEventListener('change', ({ target: { name, value } }) => {
  const element = document.querySelector('voice-agent');
  if (value) element.setAttribute(name, value);
  else element.removeAttribute(name);
});
