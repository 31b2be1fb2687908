import type { Alert } from '../../../engine/contract/monitor-alerts.ts';
import type { AlertMessage } from '../../../engine/monitor/alerts/channels/message.ts';

/** A message of an alert that a test says the rest of. */
export function messageOf(alert: Partial<Alert> = {}): AlertMessage {
  return {
    event: 'alert.raised',
    id: 'prj_1-7',
    at: '2026-06-01T10:00:00.000Z',
    project: { id: 'prj_1', name: 'Prices' },
    alert: {
      id: 'alert_1',
      deployment: 'shop',
      version: 3,
      rule: 'performance',
      cause: 'drift',
      severity: 'bad',
      title: 'R² fell to 0.38, below 0.7',
      detail: '366 labelled rows.',
      eventTime: '2026-05-01T00:00:00.000Z',
      since: '2026-05-01T00:00:00.000Z',
      raisedAt: '2026-06-01T10:00:00.000Z',
      state: 'open',
      snoozedUntil: null,
      alsoBroken: ['drift'],
      contributions: [{ kind: 'column', name: 'area', share: 0.8, says: 'drift 0.4' }],
      lookAt: 'Look at the columns.',
      ...alert,
    },
  };
}
