import { nearestName } from '../base/nearest-name.ts';
import { isScalarFunction, isWindowFunction, lengthFault, scalarFunctionNames } from './sql-functions.ts';

/** Why a parsed text is refused, and where it says so. */
export interface SqlFault {
  message: string;
  /** Place in the UTF-8 bytes of the statement. */
  byte?: number;
}

/** A node of the tree that DuckDB's `json_serialize_sql` answers. */
type Node = Record<string, unknown>;

const mostNodes = 5000;
/** What DuckDB says of a node that has no place in the text. */
const mostBytes = 1e9;

const plainClasses = new Set(['CONSTANT', 'COLUMN_REF', 'COMPARISON', 'CONJUNCTION', 'CASE', 'BETWEEN']);
const operators = new Set([
  'COMPARE_IN',
  'COMPARE_NOT_IN',
  'OPERATOR_NOT',
  'OPERATOR_IS_NULL',
  'OPERATOR_IS_NOT_NULL',
  'OPERATOR_COALESCE',
  'OPERATOR_NULLIF',
  'OPERATOR_TRY',
]);
const castTypes = new Set(
  (
    'BOOLEAN TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT HUGEINT FLOAT DOUBLE DECIMAL VARCHAR DATE ' +
    'TIMESTAMP TIMESTAMP_S TIMESTAMP_MS INTERVAL TIME'
  ).split(' '),
);
/** Words for what is refused, by the class of the node. */
const refusedClasses: Record<string, string> = {
  SUBQUERY: 'a query inside the expression is not allowed.',
  STAR: 'name the columns one by one instead of all at once.',
  PARAMETER: 'there is nothing to put in place of a parameter.',
  POSITIONAL_REFERENCE: 'name the column instead of its place.',
  LAMBDA: 'functions written in place are not allowed.',
  LAMBDA_REF: 'functions written in place are not allowed.',
  COLLATE: 'collations are not allowed; use lower() or upper().',
  DEFAULT: 'there is no default here.',
};

class Refused extends Error {
  readonly fault: SqlFault;

  constructor(message: string, node?: Node) {
    super(message);
    const byte = node?.query_location;
    this.fault = typeof byte === 'number' && byte < mostBytes ? { message, byte } : { message };
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const notOne = 'it must be one expression, not a statement, and nothing may stand behind a semicolon.';

/** The one expression of `SELECT …` without any other part. */
function onlyExpression(tree: unknown): Node {
  if (!isNode(tree) || tree.error === true) {
    // DuckDB serializes queries only: another statement stands behind the expression.
    if (isNode(tree) && tree.error_type === 'not implemented') throw new Refused(notOne);
    const message = isNode(tree) ? String(tree.error_message).replace(/\s*\n\s*/g, '') : 'it cannot be read';
    const byte = isNode(tree) && tree.position !== undefined ? Number(tree.position) : undefined;
    throw new Refused(`${message}.`, { query_location: byte });
  }
  const statements = listOf(tree.statements);
  const statement = statements[0];
  if (statements.length !== 1 || !isNode(statement)) throw new Refused(notOne);
  const select = statement.node;
  const parts = isNode(select) ? Object.keys(select) : [];
  const plain = ['type', 'select_list', 'from_table', 'aggregate_handling'];
  const isPlain =
    isNode(select) &&
    select.type === 'SELECT_NODE' &&
    isNode(select.from_table) &&
    select.from_table.type === 'EMPTY' &&
    select.aggregate_handling === 'STANDARD_HANDLING' &&
    parts.every((part) => plain.includes(part)) &&
    Object.keys(statement).every((part) => part === 'node' || part === 'named_param_map');
  if (!isPlain)
    throw new Refused('it must be one expression, without FROM, WHERE, ORDER BY or anything else of a query.');
  const expressions = listOf(select.select_list);
  const [only] = expressions;
  if (expressions.length !== 1 || !isNode(only)) throw new Refused('it must be one expression, not a list.');
  if (only.alias !== undefined) throw new Refused('it must not give a name to its result.', only);
  return only;
}

function checkFunction(node: Node): void {
  const name = String(node.function_name);
  const schema = node.schema;
  if (node.catalog !== undefined || (schema !== undefined && schema !== 'main'))
    throw new Refused(`write ${name}(…) with its arguments in the parentheses.`, node);
  const orders = isNode(node.order_bys) ? listOf(node.order_bys.orders) : [];
  if (!isScalarFunction(name)) {
    const meant = nearestName(name, scalarFunctionNames());
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    throw new Refused(`${name} is not one of the functions that an expression may use.${hint}`, node);
  }
  if (node.distinct === true || node.filter !== undefined || orders.length > 0)
    throw new Refused(`${name} takes no DISTINCT, FILTER or ORDER BY.`, node);
  const values = listOf(node.children).map((child) =>
    isNode(child) && child.class === 'CONSTANT' && isNode(child.value) ? child.value.value : undefined,
  );
  const fault = lengthFault(name, values);
  if (fault) throw new Refused(`${fault}.`, node);
}

function checkOperator(node: Node): void {
  if (!operators.has(String(node.type))) throw new Refused('lists and their elements are not allowed.', node);
}

function checkCast(node: Node): void {
  const type = isNode(node.cast_type) ? node.cast_type : {};
  if (castTypes.has(String(type.id))) return;
  const name = (isNode(type.type_info) ? type.type_info.name : undefined) ?? String(type.id).toLowerCase();
  throw new Refused(`${String(name)} is not one of the plain types.`, node);
}

function checkWindow(node: Node, windows: boolean): void {
  if (!windows) throw new Refused('window functions (OVER) are not allowed here.', node);
  if (!isWindowFunction(String(node.function_name)) || node.schema !== undefined || node.catalog !== undefined)
    throw new Refused(`${String(node.function_name)} is not one of the window functions.`, node);
}

const checks: Record<string, (node: Node, windows: boolean) => void> = {
  FUNCTION: checkFunction,
  OPERATOR: checkOperator,
  CAST: checkCast,
  WINDOW: checkWindow,
};

function checkNode(node: Node, windows: boolean): void {
  const kind = String(node.class);
  if (plainClasses.has(kind)) return;
  const check = checks[kind];
  if (!check) throw new Refused(refusedClasses[kind] ?? `${kind.toLowerCase()} is not allowed.`, node);
  check(node, windows);
}

/**
 * Looks at every node of a parsed `SELECT …`. Answers the names of the columns that it reads, or the first fault.
 * What the list of allowed nodes does not know is refused.
 */
export function readTree(tree: unknown, windows: boolean): { names: string[]; fault?: SqlFault } {
  const names: string[] = [];
  let nodes = 0;
  const visit = (value: unknown): void => {
    if (!isNode(value)) return;
    if (++nodes > mostNodes) throw new Refused('it has too many parts.');
    if (value.class !== undefined) checkNode(value, windows);
    if (value.class === 'COLUMN_REF') {
      const path = listOf(value.column_names).map(String);
      if (path.length !== 1)
        throw new Refused(`name a column without a table; a name with a dot needs quotes: "${path.join('.')}".`, value);
      names.push(path[0] as string);
      return;
    }
    if (value.class === 'CONSTANT') return;
    for (const [key, child] of Object.entries(value)) if (key !== 'cast_type') visit(child);
  };
  try {
    visit(onlyExpression(tree));
    return { names };
  } catch (error) {
    if (error instanceof Refused) return { names: [], fault: error.fault };
    throw error;
  }
}
