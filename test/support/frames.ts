/** Counts the animation frames that a page asks for; those of the test itself are to be asked for before. */

export interface FrameCount {
  readonly asked: number;
  /** Asked for, and neither drawn nor canceled. */
  readonly pending: number;
  restore(): void;
}

export function countFrames(): FrameCount {
  const { requestAnimationFrame, cancelAnimationFrame } = window;
  const pending = new Set<number>();
  const count = {
    asked: 0,
    get pending() {
      return pending.size;
    },
    restore() {
      Object.assign(window, { requestAnimationFrame, cancelAnimationFrame });
    },
  };
  window.requestAnimationFrame = (callback) => {
    count.asked++;
    const id = requestAnimationFrame.call(window, (time) => {
      pending.delete(id);
      callback(time);
    });
    pending.add(id);
    return id;
  };
  window.cancelAnimationFrame = (id) => {
    pending.delete(id);
    cancelAnimationFrame.call(window, id);
  };
  return count;
}
