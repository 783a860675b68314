const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment in local time as Python's time.ctime() writes it: `Sun Nov  1 11:29:07 2026`. */
export function ctime(when: Date): string {
  const clock = [when.getHours(), when.getMinutes(), when.getSeconds()].map((part) => String(part).padStart(2, '0'));
  const day = String(when.getDate()).padStart(2);
  return `${DAYS[when.getDay()]} ${MONTHS[when.getMonth()]} ${day} ${clock.join(':')} ${when.getFullYear()}`;
}
