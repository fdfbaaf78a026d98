/** German. */
import type { Dictionary } from '../strings.js';

export const words: Dictionary = {
  label: 'Sprachassistent',
  idle: 'Haben Sie eine Frage? Fragen Sie einfach.',
  start: 'Gespräch starten',
  retry: 'Erneut versuchen',
  cancel: 'Abbrechen',
  connecting: 'Verbindung wird hergestellt…',
  failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
  type: 'Nachricht schreiben',
  send: 'Senden',
  startAgain: 'Noch einmal sprechen',
  end: 'Beenden',
  mute: 'Mikrofon stummschalten',
  hear: 'Tippen, um zu hören',
  allowMicrophone: 'Ihr Browser fragt nach dem Mikrofon. Bitte erlauben Sie es.',
  connected: 'Verbunden. Sie können jetzt sprechen.',
  listening: 'Ich höre zu',
  hearing: 'Ich höre Sie',
  thinking: 'Ich denke nach…',
  speaking: 'Ich spreche',
  muted: 'Sie sind stummgeschaltet',
  poor: 'Das Netz ist instabil. Einen Moment…',
  ended: 'Gespräch beendet',
  interrupt: 'Antwort anhalten',
  speak: 'Lieber sprechen',
  connectedByText: 'Verbunden. Sie können jetzt schreiben.',
  mayUse: 'Darf der Assistent Folgendes tun:',
  allowOnce: 'Einmal erlauben',
  allowForCall: 'Für dieses Gespräch erlauben',
  deny: 'Ablehnen',
  conversation: 'Gesprächsverlauf',
  you: 'Sie',
  agent: 'Assistent',
  interrupted: '(unterbrochen)',
  unsupported:
    'Dieser Browser unterstützt keine Sprachanrufe. Bitte verwenden Sie eine aktuelle Version von Chrome, Edge, Firefox oder Safari.',
  'insecure-context':
    'Sprachanrufe brauchen eine sichere Seite. Bitte öffnen Sie diese Seite mit https.',
  'gesture-required': 'Bitte drücken Sie die Taste, um zu beginnen.',
  'microphone-denied':
    'Das Mikrofon ist nicht erlaubt. Erlauben Sie es in der Adressleiste des Browsers und versuchen Sie es noch einmal.',
  'microphone-blocked-by-policy':
    'Diese Website lässt den Assistenten das Mikrofon nicht verwenden.',
  'microphone-missing':
    'Es wurde kein Mikrofon gefunden. Bitte schließen Sie eines an und versuchen Sie es noch einmal.',
  'microphone-busy':
    'Das Mikrofon wird schon verwendet. Schließen Sie das andere Programm oder den anderen Tab und versuchen Sie es noch einmal.',
  'playback-blocked': 'Ihr Browser hat diese Seite stummgeschaltet.',
  'token-unreachable':
    'Der Assistent ist nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.',
  'token-unauthorized':
    'Sie dürfen den Assistenten hier nicht nutzen. Bitte melden Sie sich an und versuchen Sie es noch einmal.',
  'token-rate-limited':
    'Der Assistent ist gerade ausgelastet. Bitte versuchen Sie es gleich noch einmal.',
  'token-invalid':
    'Der Assistent ist nicht richtig eingerichtet. Bitte sagen Sie dem Betreiber dieser Website Bescheid.',
  'negotiation-rejected':
    'Der Assistent hat den Anruf nicht angenommen. Bitte versuchen Sie es gleich noch einmal.',
  'network-blocked':
    'Dieses Netz lässt den Anruf nicht durch. Versuchen Sie es mit einem anderen, etwa dem Ihres Telefons.',
  'connection-lost': 'Die Verbindung ist abgebrochen. Bitte versuchen Sie es noch einmal.',
  'session-expired':
    'Dieses Gespräch hat seine Höchstdauer erreicht. Sie können ein neues beginnen.',
  'quota-exceeded':
    'Der Assistent hat sein Limit erreicht. Bitte versuchen Sie es später noch einmal.',
  'server-error': 'Der Assistent hat ein Problem. Bitte versuchen Sie es noch einmal.',
  'tool-failed': 'Der Assistent kann hier nicht alles tun, was er sollte.',
  'content-filtered': 'Darüber kann der Assistent nicht sprechen.',
};
