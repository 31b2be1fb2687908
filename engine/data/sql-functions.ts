/**
 * What an expression of a user may call: functions whose answer depends on their arguments alone. So it is the same at
 * every run (no clock, no random numbers, no session) and reaches nothing (no files, settings, environment, sleeping).
 */
const scalarFunctions = new Set(
  [
    // operators
    '+ - * / // % ** ^ || ~~ !~~ ~~* !~~* ~~~ ^@ & | << >> ~ @ like_escape not_like_escape ilike_escape not_ilike_escape',
    // numbers
    'abs acos acosh asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees even exp fdiv floor fmod',
    'gcd greatest greatest_common_divisor isfinite isinf isnan lcm least least_common_multiple ln log log10 log2 mod pi',
    'pow power radians round round_even sign signbit sin sinh sqrt tan tanh trunc xor',
    'add subtract multiply divide',
    // texts
    'ascii bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein ends_with hamming',
    'instr jaccard jaro_similarity jaro_winkler_similarity lcase left left_grapheme len length length_grapheme',
    'levenshtein lower lpad ltrim md5 nfc_normalize nullif octet_length ord position prefix regexp_escape',
    'regexp_extract regexp_full_match regexp_matches regexp_replace repeat replace reverse right right_grapheme rpad rtrim',
    'sha256 split_part starts_with strip_accents strlen strpos substr substring substring_grapheme suffix translate',
    'trim ucase unicode upper url_decode url_encode overlay hex to_hex',
    // dates and times
    'age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname',
    'dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_us era hour isodow isoyear julian last_day',
    'make_date make_timestamp microsecond millennium millisecond minute month monthname quarter second strftime',
    'strptime try_strptime time_bucket timezone to_days to_hours to_microseconds to_milliseconds to_minutes to_months',
    'to_seconds to_weeks to_years to_quarters week weekday weekofyear year yearweek',
  ]
    .join(' ')
    .split(' '),
);

/** What may stand before `OVER`, where windows are allowed. */
const windowFunctions = new Set(
  (
    'row_number rank dense_rank percent_rank cume_dist ntile lag lead first first_value last last_value nth_value sum avg ' +
    'min max count count_star stddev stddev_samp stddev_pop variance var_samp var_pop median bool_and bool_or'
  ).split(' '),
);

/** Functions that make long texts, by the place of the argument that says how long. */
const lengthArguments: Record<string, number> = { repeat: 1, lpad: 1, rpad: 1 };
const mostCharacters = 1000;

export function isScalarFunction(name: string): boolean {
  return scalarFunctions.has(name.toLowerCase());
}

export function isWindowFunction(name: string): boolean {
  return windowFunctions.has(name.toLowerCase());
}

export function scalarFunctionNames(): string[] {
  return [...scalarFunctions].filter((name) => /^[a-z]/.test(name));
}

/** What is wrong with the length that is asked for, nothing where it is a small whole number written out. */
export function lengthFault(name: string, values: readonly unknown[]): string | undefined {
  const place = lengthArguments[name.toLowerCase()];
  if (place === undefined) return undefined;
  const value = values[place];
  if (typeof value === 'number' && Number.isInteger(value) && value <= mostCharacters) return undefined;
  return `${name} takes a length up to ${mostCharacters}, written as a number`;
}
