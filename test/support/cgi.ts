// The smallest web server for CGI programs: one path, one program, one process for each request.
import { spawn } from 'node:child_process';
import type { RequestListener } from 'node:http';

/** @param env of the program, besides what CGI says about the request */
export function cgi(program: string, env: Record<string, string>): RequestListener {
  return (incoming, outgoing) => {
    const headers = Object.entries(incoming.headers).map(([name, value]) => [
      `HTTP_${name.toUpperCase().replaceAll('-', '_')}`,
      String(value),
    ]);
    const child = spawn('bash', [program], {
      env: {
        PATH: process.env.PATH,
        ...env,
        ...(Object.fromEntries(headers) as Record<string, string>),
        REQUEST_METHOD: incoming.method,
        GATEWAY_INTERFACE: 'CGI/1.1',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // A program may end without having read the body.
    child.stdin.on('error', () => undefined);
    incoming.pipe(child.stdin);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.once('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      for (const line of head.split('\r\n')) {
        const [, name = '', value = ''] = /^([\w-]+): (.*)$/.exec(line) ?? [];
        if (name === 'Status') outgoing.statusCode = Number(value);
        else outgoing.appendHeader(name, value);
      }
      outgoing.end(rest.join('\r\n\r\n'));
    });
  };
}
