// Moments in the reader's own time zone and words.

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function showTimes(root: ParentNode, language: string, now = Date.now()): void {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long" });
  for (const time of root.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    const seconds = (moment.getTime() - now) / 1000;
    time.title = exact.format(moment);
    const [unit, size] = STEPS.find(([, size]) => -seconds >= size) ?? ["second", 1];
    if (-seconds > 7 * 86_400) time.textContent = day.format(moment);
    else time.textContent = relative.format(unit === "second" ? 0 : Math.round(seconds / size), unit);
  }
}
