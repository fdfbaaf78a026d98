/** A number that can be called instead of the agent: whether it is one, and how it is read. */

/** E.164: a plus sign, the country, and fifteen digits at most. */
const NUMBER = /^\+[1-9]\d{6,14}$/;

/** Country codes of one and two digits; all others have three (ITU-T E.164, annex). */
const COUNTRY = /^\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** Told of once each. */
const bad = new Set<string>();

/** @returns whether it can be called; one that cannot is told of once, to the developer */
export function isPhoneNumber(phone: string): boolean {
  if (NUMBER.test(phone)) return true;
  if (!bad.has(phone)) {
    bad.add(phone);
    console.warn(`<voice-agent phone="${phone}"> is no E.164 number, such as +493012345678.`);
  }
  return false;
}

/** In groups, as people read it: `+49 301 234 567 8` would leave one digit alone, and so is not. */
export function inGroups(phone: string): string {
  const [country = ''] = COUNTRY.exec(phone) ?? [];
  return `${country} ${phone.slice(country.length).replace(/\d{3}(?=\d{2})/g, '$& ')}`;
}
