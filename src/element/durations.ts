/** How long something took, in the words and digits of a language. */

/** 83,000 ms are 1:23. @param lang BCP 47 */
export function clock(ms: number, lang: string | undefined): string {
  const { minutes, seconds } = split(ms);
  const digits = (value: number, least: number) =>
    new Intl.NumberFormat(lang, { minimumIntegerDigits: least, useGrouping: false }).format(value);
  return `${digits(minutes, 1)}:${digits(seconds, 2)}`;
}

/** 83,000 ms are 1 minute, 23 seconds. @param lang BCP 47 */
export function inWords(ms: number, lang: string | undefined): string {
  const { minutes, seconds } = split(ms);
  // As Intl.DurationFormat would, which is not everywhere yet.
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(lang, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
  const parts = [
    ...(minutes > 0 ? [unit(minutes, 'minute')] : []),
    ...(seconds > 0 || minutes === 0 ? [unit(seconds, 'second')] : []),
  ];
  return new Intl.ListFormat(lang, { type: 'unit', style: 'long' }).format(parts);
}

function split(ms: number): { minutes: number; seconds: number } {
  const seconds = Math.round(ms / 1000);
  return { minutes: Math.floor(seconds / 60), seconds: seconds % 60 };
}
