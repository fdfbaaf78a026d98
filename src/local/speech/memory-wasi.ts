// Just enough of WASI to run a command-line program compiled to WebAssembly on files held in
// memory. It does not know which program it runs. Node's own `node:wasi` crashed the process with
// flite, and a program that only writes one file needs no more than this.
import { wasm, type WasmMemory, type WasmModule } from './wasm.js';

/** What the program left behind. */
export interface WasiRun {
  readonly exitCode: number;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly stderr: string;
}

const OK = 0;
const BAD_FILE = 8;
const ROOT_FD = 3;
const MAX_FILE_BYTES = 64 * 1024 * 1024;

class ProgramExit extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

class MemoryFile {
  bytes = new Uint8Array(64 * 1024);
  length = 0;
  position = 0;

  write(chunk: Uint8Array): void {
    const end = this.position + chunk.length;
    if (end > MAX_FILE_BYTES) throw new Error('The program wrote more than 64 MB.');
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(chunk, this.position);
    this.position = end;
    this.length = Math.max(this.length, end);
  }
}

/** Runs `module` once with `args` (the first is the program's name). Throws if it traps. */
export function runWasi(module: WasmModule, args: readonly string[]): WasiRun {
  const encoder = new TextEncoder();
  const argBytes = args.map((arg) => encoder.encode(`${arg}\0`));
  const files = new Map<string, MemoryFile>();
  const open = new Map<number, MemoryFile>();
  const stderr = new MemoryFile();
  open.set(1, new MemoryFile());
  open.set(2, stderr);
  const view = (): DataView => new DataView(memory.buffer);
  const bytes = (at: number, length: number): Uint8Array =>
    new Uint8Array(memory.buffer, at, length);

  const wasi: Record<string, (...values: never[]) => number> = {
    args_sizes_get(count: number, size: number) {
      view().setUint32(count, argBytes.length, true);
      view().setUint32(
        size,
        argBytes.reduce((sum, arg) => sum + arg.length, 0),
        true,
      );
      return OK;
    },
    args_get(table: number, buffer: number) {
      argBytes.forEach((arg, index) => {
        view().setUint32(table + index * 4, buffer, true);
        bytes(buffer, arg.length).set(arg);
        buffer += arg.length;
      });
      return OK;
    },
    clock_time_get(_clock: number, _precision: bigint, at: number) {
      view().setBigUint64(at, BigInt(Date.now()) * 1_000_000n, true);
      return OK;
    },
    fd_close(fd: number) {
      return open.delete(fd) ? OK : BAD_FILE;
    },
    fd_fdstat_get(fd: number, at: number) {
      if (fd !== ROOT_FD && fd !== 0 && !open.has(fd)) return BAD_FILE;
      bytes(at, 24).fill(0);
      view().setUint8(at, fd === ROOT_FD ? 3 : fd < ROOT_FD ? 2 : 4);
      view().setBigUint64(at + 8, 0x1fffffffn, true);
      view().setBigUint64(at + 16, 0x1fffffffn, true);
      return OK;
    },
    fd_fdstat_set_flags: () => OK,
    fd_prestat_get(fd: number, at: number) {
      if (fd !== ROOT_FD) return BAD_FILE;
      view().setUint32(at, 0, true);
      view().setUint32(at + 4, 1, true);
      return OK;
    },
    fd_prestat_dir_name(fd: number, at: number) {
      if (fd !== ROOT_FD) return BAD_FILE;
      bytes(at, 1).set([0x2e]);
      return OK;
    },
    fd_read(_fd: number, _vectors: number, _count: number, at: number) {
      view().setUint32(at, 0, true);
      return OK;
    },
    fd_seek(fd: number, offset: bigint, whence: number, at: number) {
      const file = open.get(fd);
      if (!file) return BAD_FILE;
      const base = whence === 0 ? 0 : whence === 1 ? file.position : file.length;
      file.position = Math.max(0, base + Number(offset));
      view().setBigUint64(at, BigInt(file.position), true);
      return OK;
    },
    fd_write(fd: number, vectors: number, count: number, at: number) {
      const file = open.get(fd);
      if (!file) return BAD_FILE;
      let written = 0;
      for (let index = 0; index < count; index++) {
        const start = view().getUint32(vectors + index * 8, true);
        const length = view().getUint32(vectors + index * 8 + 4, true);
        file.write(bytes(start, length));
        written += length;
      }
      view().setUint32(at, written, true);
      return OK;
    },
    path_open(...values: number[]) {
      const [, , pathAt = 0, pathLength = 0] = values;
      const fdAt = values[8] as number;
      const path = new TextDecoder().decode(bytes(pathAt, pathLength).slice());
      const file = new MemoryFile();
      files.set(path, file);
      const fd = ROOT_FD + files.size;
      open.set(fd, file);
      view().setUint32(fdAt, fd, true);
      return OK;
    },
    proc_exit(code: number) {
      throw new ProgramExit(code);
    },
  };

  const instance = new wasm.Instance(module, { wasi_snapshot_preview1: wasi });
  const memory = instance.exports['memory'] as WasmMemory;
  let exitCode = 0;
  try {
    (instance.exports['_start'] as () => void)();
  } catch (error) {
    if (!(error instanceof ProgramExit)) throw error;
    exitCode = error.code;
  }
  return {
    exitCode,
    files: new Map(
      [...files].map(([name, file]) => [name, file.bytes.slice(0, file.length)] as const),
    ),
    stderr: new TextDecoder().decode(stderr.bytes.slice(0, stderr.length)),
  };
}
