/**
 * Node 20 forgets an `AbortSignal.timeout` that only `AbortSignal.any` listens to: once the garbage
 * collector has run, it never fires (30 of 30). Browsers keep it, as the DOM standard says, and it is
 * their code that relies on it here. So tests in Node keep the sources of each signal.
 */
const any = AbortSignal.any.bind(AbortSignal);
const sources = new WeakMap<AbortSignal, readonly AbortSignal[]>();

AbortSignal.any = (signals) => {
  const signal = any(signals);
  sources.set(signal, [...signals]);
  return signal;
};
