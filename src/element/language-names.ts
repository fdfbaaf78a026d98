/** The languages of the element by their own names, for whoever cannot read the present one. */

/** BCP 47; a test compares them with the dictionaries, which are not loaded for their names. */
export const LANGUAGES =
  'ar bg cs da de el en es fa fi fr he hi hr hu id it ja ko nb nl pl pt-BR pt-PT ro ru sk sv th tr uk ur vi zh-Hans zh-Hant';

interface NamedLanguage {
  readonly tag: string;
  readonly name: string;
}

let named: NamedLanguage[] | undefined;

/** In the order of their names. */
export function languages(): readonly NamedLanguage[] {
  named ??= LANGUAGES.split(' ')
    .map((tag) => ({ tag, name: nameOf(tag) }))
    .sort((one, other) => one.name.localeCompare(other.name));
  return named;
}

/** In itself; some browsers know only the names of their own. */
function nameOf(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
