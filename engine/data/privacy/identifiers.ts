/** Recognisers of numbers that name a person or an account, each with its check digits. */

function digitsOf(text: string): number[] {
  return [...text].map(Number);
}

function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);
}

/** Luhn's check (ISO/IEC 7812-1, annex B). */
export function hasLuhn(digits: string): boolean {
  const sum = digitsOf(digits)
    .reverse()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}

/** The rest of a long decimal number divided by a small one. */
function remainder(digits: string, divisor: number): number {
  return digitsOf(digits).reduce((rest, digit) => (rest * 10 + digit) % divisor, 0);
}

/** ISO 13616: country, two check digits, mod 97. */
export function isIban(text: string): boolean {
  const iban = text.replace(/[ -]/g, '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  const numeric = [...(iban.slice(4) + iban.slice(0, 4))].map((each) => Number.parseInt(each, 36)).join('');
  return remainder(numeric, 97) === 1;
}

/** A payment card: a known issuer's first digits, 13 to 19 digits, Luhn. */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  return /^(4\d{12}(\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6\d{15,18})$/.test(digits) && hasLuhn(digits);
}

/** Spain's DNI and NIE: eight digits and the letter of their rest by 23. */
function isDni(text: string): boolean {
  const [, head = '', rest = '', letter] = /^([XYZ]?)(\d{7,8})-?([A-Z])$/.exec(text.toUpperCase()) ?? [];
  if (head.length + rest.length !== 8) return false;
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(`${head === '' ? '' : 'XYZ'.indexOf(head)}${rest}`) % 23] === letter;
}

/** Brazil's CPF: eleven digits, two of them checks. */
function isCpf(text: string): boolean {
  if (!/^\d{3}\.\d{3}\.\d{3}-\d{2}$|^\d{11}$/.test(text)) return false;
  const digits = digitsOf(text.replace(/\D/g, ''));
  if (new Set(digits).size === 1) return false;
  const check = (count: number) => {
    const weights = Array.from({ length: count }, (_, index) => count + 1 - index);
    return ((weighted(digits, weights) * 10) % 11) % 10;
  };
  return check(9) === digits[9] && check(10) === digits[10];
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Poland's PESEL: a birth date (its century in the month), a number, a check digit. */
function isPesel(text: string): boolean {
  if (!/^\d{11}$/.test(text)) return false;
  const digits = digitsOf(text);
  const month = Number(text.slice(2, 4));
  const year = [1900, 2000, 2100, 2200, 1800][Math.floor(month / 20)] ?? 1900;
  const isDay = isCalendarDay(year + Number(text.slice(0, 2)), month % 20, Number(text.slice(4, 6)));
  return isDay && (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === digits[10];
}

/** Sweden's personnummer: a birth date, a number, Luhn. */
function isPersonnummer(text: string): boolean {
  const [, year = '', month = '', day = '', last = ''] =
    /^(?:\d{2})?(\d{2})(\d{2})(\d{2})[-+](\d{4})$/.exec(text) ?? [];
  return (
    last !== '' && isCalendarDay(2000 + Number(year), Number(month), Number(day)) && hasLuhn(year + month + day + last)
  );
}

/** France's NIR: sex, year, month, place, number, and a key of 97. */
function isNir(text: string): boolean {
  const compact = text.replace(/ /g, '').toUpperCase().replace('2A', '19').replace('2B', '18');
  return (
    /^[12]\d{2}(0[1-9]|1[0-2])\d{10}$/.test(compact) &&
    97 - remainder(compact.slice(0, 13), 97) === Number(compact.slice(13))
  );
}

/** Italy's codice fiscale by its form; its check letter stands last. */
function isCodiceFiscale(text: string): boolean {
  return /^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/.test(text.toUpperCase());
}

/** The United States' social security number, as it is written; it has no check digit. */
function isSocialSecurityNumber(text: string): boolean {
  return /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/.test(text);
}

const nationalNumbers = [isDni, isCpf, isPesel, isPersonnummer, isNir, isCodiceFiscale, isSocialSecurityNumber];

/** A national number of one of several countries, by its check digits where it has some. */
export function isNationalNumber(text: string): boolean {
  return nationalNumbers.some((recognises) => recognises(text));
}

export function isEmail(text: string): boolean {
  return /^[^\s@,;<>]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?\.[A-Za-z]{2,24}$/.test(text);
}

/** An address of IPv4 or IPv6. */
export function isIpAddress(text: string): boolean {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/.test(text)) return true;
  return (
    /^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}$/i.test(text) &&
    /[0-9a-f]/i.test(text) &&
    !/^\d{1,2}:\d{2}(:\d{2})?$/.test(text)
  );
}

/** A telephone number in its international form. */
export function isInternationalPhone(text: string): boolean {
  return /^(\+|00)[1-9][0-9 ()./-]{6,20}$/.test(text) && isDigitCount(text);
}

/** Digits and what is written between them: a telephone number only where the column's name says so. */
export function isPhoneLike(text: string): boolean {
  return /^\+?[0-9][0-9 ()./-]{5,20}$/.test(text) && isDigitCount(text);
}

function isDigitCount(text: string): boolean {
  const count = text.replace(/\D/g, '').length;
  return count >= 7 && count <= 15;
}
