import { seededRandom } from '../../engine/base/random.ts';

/** Customers with two classes to predict (`churned`), a group of people (`sex`), and a column that is the target in other words. */
export function accountsTable(rows: number): string {
  const random = seededRandom(7);
  const among = (values: readonly string[]) => values[Math.floor(random() * values.length)] as string;
  const lines = Array.from({ length: rows }, () => {
    const sex = among(['female', 'male']);
    const contract = among(['monthly', 'monthly', 'yearly']);
    const calls = Math.floor(6 * random() ** 2);
    const price = 10 + 80 * random();
    const odds = -2.4 + (contract === 'monthly' ? 1.4 : 0) + 0.6 * calls + price / 60 + (sex === 'male' ? 0.4 : 0);
    const churned = random() < 1 / (1 + Math.exp(-odds));
    return [sex, contract, calls, price.toFixed(2), churned ? 'closed' : 'open', churned ? 'yes' : 'no'].join(',');
  });
  return ['sex,contract,support_calls,monthly_price,last_invoice,churned', ...lines, ''].join('\n');
}
