// `@echogarden/fvad-wasm` ships no types; the part in use is typed where it is used.
declare module '@echogarden/fvad-wasm' {
  const createFvad: (options?: object) => Promise<unknown>;
  export default createFvad;
}
