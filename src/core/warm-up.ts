/**
 * Gets a call ready ahead of its start: a client secret and an offer, kept until they are used or old.
 * It asks the visitor for nothing. A call does without it.
 */
import { isMicrophoneDenied } from '../media/microphone.js';
import type { Call } from './call.js';
import { ConnectionKeeper } from './connection-keeper.js';
import { checkEnvironment } from './environment.js';
import { SecretKeeper } from './secret-keeper.js';

/**
 * @returns to be called when the visitor may be about to start, for example on `pointerenter`. It never
 *   throws: whatever is wrong, `start` will say to somebody who wants to know.
 */
export function attachWarmUp(call: Call): () => Promise<void> {
  const { supplies } = call;
  const secrets = new SecretKeeper(supplies.secret);
  const connections = new ConnectionKeeper(supplies.connection);
  call.supplies = {
    ...supplies,
    get isWarm() {
      return secrets.isWarm;
    },
    secret: (signal) => secrets.take(signal),
    // One that was made ahead does not know the servers that come with the secret.
    connection: (servers) => (servers ? supplies.connection(servers) : connections.take()),
    drop: () => {
      secrets.drop();
      connections.drop();
    },
  };
  const isAhead = () => call.state.status === 'idle' || call.state.status === 'ended';
  return async () => {
    if (!isAhead()) return;
    try {
      // Where there is no WebRTC, and no other way, a connection says so.
      checkEnvironment(true);
      const denied = await isMicrophoneDenied();
      // A start in the meantime needs nothing ahead of itself.
      if (denied || !isAhead()) return;
      connections.warm();
      await secrets.warm();
    } catch {
      // See above.
    }
  };
}
