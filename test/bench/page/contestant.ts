// The page of those who compete with the element: a button, and what happens when it is pressed.
import type {} from './timeline.js';

/** @param connect resolves when the visitor can speak */
export function onClick(connect: (tokenUrl: string) => Promise<void>): void {
  const button = document.querySelector('button');
  button?.addEventListener('click', () => {
    const tokenUrl = `/token${location.search}`;
    connect(tokenUrl).then(
      () => (window.timeline.live = performance.now()),
      (error: unknown) => (window.timeline.error = String(error)),
    );
  });
}

export interface Secret {
  readonly value: string;
  readonly calls_url: string;
}

export async function fetchSecret(tokenUrl: string): Promise<Secret> {
  const response = await fetch(tokenUrl, { method: 'POST' });
  return (await response.json()) as Secret;
}

/** Throws what a page would show: the service did not take the offer. */
export async function exchange(sdp: string, secret: Secret): Promise<string> {
  const response = await fetch(secret.calls_url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret.value}`, 'Content-Type': 'application/sdp' },
    body: sdp,
  });
  if (!response.ok) throw new Error(await response.text());
  return response.text();
}
