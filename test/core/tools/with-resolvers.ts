/** `Promise.withResolvers`, which every browser under test has and Node 20 has not. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the types are those of browsers
Promise.withResolvers ??= <T>(): PromiseWithResolvers<T> => {
  let resolve!: PromiseWithResolvers<T>['resolve'];
  let reject!: PromiseWithResolvers<T>['reject'];
  const promise = new Promise<T>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise, resolve, reject };
};
