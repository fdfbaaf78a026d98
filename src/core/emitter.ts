/** An `EventTarget` that knows the names and details of its own events. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- only overloads are added
export class Emitter<Details extends object> extends EventTarget {
  /** @internal */
  dispatch<K extends keyof Details & string>(type: K, detail: Details[K]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

export interface Emitter<Details extends object> {
  addEventListener<K extends keyof Details & string>(
    type: K,
    listener: (event: CustomEvent<Details[K]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof Details & string>(
    type: K,
    listener: (event: CustomEvent<Details[K]>) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}
