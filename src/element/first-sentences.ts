/** In English, those that a call may need at once, or where nothing more can be loaded. */
export const FIRST_SENTENCES = {
  'microphone-denied':
    'The microphone is not allowed. Allow it in your browser’s address bar, then try again.',
  'token-unreachable': 'The assistant cannot be reached. Please try again in a moment.',
  'network-blocked':
    'This network does not let the call through. Try another network, such as your phone’s.',
  'connection-lost': 'The connection was lost. Please try again.',
  'server-error': 'The assistant has a problem. Please try again.',
};
