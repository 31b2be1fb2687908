import { navigate } from './address.ts';

/**
 * Shows a notification of the system while nobody looks at the window: there the notice tells it already. The desktop app may
 * show them; a browser only once its user has said so. A click brings the window forth and leads to `place`.
 */
export function notifyDesktop(title: string, body: string, place: string): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  if (document.visibilityState === 'visible' && document.hasFocus()) return;
  const notification = new Notification(title, { body });
  notification.onclick = () => {
    window.focus();
    navigate(place);
  };
}
