// The element follows `lang`: its own, the page's, the browser's.
document.querySelector('#language').addEventListener('change', ({ target }) => {
  for (const element of document.querySelectorAll('voice-agent')) {
    if (target.value) element.lang = target.value;
    else element.removeAttribute('lang');
  }
});
