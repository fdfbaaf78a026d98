/** Dutch. */
import type { Dictionary } from '../strings.js';

export const words: Dictionary = {
  label: 'Spraakassistent',
  idle: 'Hebt u een vraag? Stel hem gerust.',
  start: 'Begin te praten',
  retry: 'Opnieuw proberen',
  cancel: 'Annuleren',
  connecting: 'Verbinden…',
  failed: 'Dat is niet gelukt. Probeer het opnieuw.',
  type: 'Typ een bericht',
  send: 'Versturen',
  startAgain: 'Opnieuw praten',
  end: 'Beëindigen',
  mute: 'Microfoon dempen',
  hear: 'Tik om te horen',
  allowMicrophone: 'Uw browser vraagt om de microfoon. Sta dit toe.',
  connected: 'Verbonden. U kunt nu praten.',
  listening: 'Aan het luisteren',
  hearing: 'Ik hoor u',
  thinking: 'Aan het nadenken…',
  speaking: 'Aan het praten',
  muted: 'Uw microfoon is gedempt',
  poor: 'Het netwerk is instabiel. Een moment…',
  ended: 'Gesprek beëindigd',
  interrupt: 'Antwoord stoppen',
  speak: 'Liever praten',
  connectedByText: 'Verbonden. U kunt nu typen.',
  mayUse: 'Mag de assistent dit doen:',
  allowOnce: 'Eén keer toestaan',
  allowForCall: 'Toestaan in dit gesprek',
  deny: 'Weigeren',
  conversation: 'Gesprek',
  you: 'U',
  agent: 'Assistent',
  interrupted: '(onderbroken)',
  unsupported:
    'Deze browser ondersteunt geen spraakgesprekken. Probeer een recente versie van Chrome, Edge, Firefox of Safari.',
  'insecure-context':
    'Voor spraakgesprekken is een beveiligde pagina nodig. Open deze pagina met https.',
  'gesture-required': 'Druk op de knop om te beginnen.',
  'microphone-denied':
    'De microfoon is niet toegestaan. Sta deze toe in de adresbalk van uw browser en probeer het opnieuw.',
  'microphone-blocked-by-policy': 'Deze website laat de assistent de microfoon niet gebruiken.',
  'microphone-missing': 'Er is geen microfoon gevonden. Sluit er een aan en probeer het opnieuw.',
  'microphone-busy':
    'De microfoon is al in gebruik. Sluit het andere programma of tabblad en probeer het opnieuw.',
  'playback-blocked': 'Uw browser heeft deze pagina gedempt.',
  'token-unreachable': 'De assistent is niet bereikbaar. Probeer het zo nog eens.',
  'token-unauthorized': 'U mag de assistent hier niet gebruiken. Log in en probeer het opnieuw.',
  'token-rate-limited': 'De assistent is bezet. Probeer het zo nog eens.',
  'token-invalid':
    'De assistent is niet goed ingesteld. Meld dit aan de beheerder van deze website.',
  'negotiation-rejected':
    'De assistent heeft het gesprek niet aangenomen. Probeer het zo nog eens.',
  'network-blocked':
    'Dit netwerk laat het gesprek niet door. Probeer een ander netwerk, zoals dat van uw telefoon.',
  'connection-lost': 'De verbinding is verbroken. Probeer het opnieuw.',
  'session-expired':
    'Dit gesprek heeft de maximale duur bereikt. U kunt een nieuw gesprek starten.',
  'quota-exceeded': 'De assistent zit aan zijn limiet. Probeer het later opnieuw.',
  'server-error': 'De assistent heeft een probleem. Probeer het opnieuw.',
  'tool-failed': 'De assistent kan hier niet alles doen wat hij zou moeten.',
  'content-filtered': 'Hierover kan de assistent niet praten.',
};
