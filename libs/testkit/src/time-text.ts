import { civilFromDays } from '@culprit/kernel';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CACHE_SIZE = 64;
const THREE_DIGITS = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

interface SecondText {
  readonly second: number;
  readonly year: number;
  readonly month: string;
  readonly day: string;
  readonly monthName: string;
  /** `17:55:51` */
  readonly clock: string;
  /** `2021-09-10` */
  readonly date: string;
}

/** Event times in the dress of each program. The parts of a second are kept, since many lines share it. */
export class TimeText {
  readonly #cache: (SecondText | undefined)[] = Array.from({ length: CACHE_SIZE });

  /** `2021-09-10T17:55:51Z` */
  isoSeconds(millis: number): string {
    const s = this.#second(millis);
    return `${s.date}T${s.clock}Z`;
  }

  /** `2021-09-10T17:55:51.123Z`, or with `+00:00` and the like in place of `Z`. */
  isoMillis(millis: number, zone = 'Z'): string {
    const s = this.#second(millis);
    return `${s.date}T${s.clock}.${milliDigits(millis)}${zone}`;
  }

  /** `2021-09-10T17:55:51.123456Z`; the last three digits come from `micros`, 0..999. */
  isoMicros(millis: number, micros: number): string {
    return this.isoMillis(millis, `${threeDigits(micros)}Z`);
  }

  /** `2021-09-10 17:55:51.123`, as Spring Boot writes it. */
  spring(millis: number): string {
    const s = this.#second(millis);
    return `${s.date} ${s.clock}.${milliDigits(millis)}`;
  }

  /** `Sep 10 17:55:55`, RFC 3164: day padded with a blank. */
  syslog(millis: number): string {
    const s = this.#second(millis);
    return `${s.monthName} ${s.day.startsWith('0') ? ` ${s.day.slice(1)}` : s.day} ${s.clock}`;
  }

  /** `0910 17:55:58.123456`, to follow a klog level letter. */
  klog(millis: number, micros: number): string {
    const s = this.#second(millis);
    return `${s.month}${s.day} ${s.clock}.${milliDigits(millis)}${threeDigits(micros)}`;
  }

  /** `2021/09/10 17:55:51`, the standard logger of Go. */
  slashes(millis: number): string {
    const s = this.#second(millis);
    return `${String(s.year)}/${s.month}/${s.day} ${s.clock}`;
  }

  /** `10/Sep/2021:17:55:51 +0000`, the common log format. */
  commonLog(millis: number): string {
    const s = this.#second(millis);
    return `${s.day}/${s.monthName}/${String(s.year)}:${s.clock} +0000`;
  }

  /** `10-Sep-2021::17:55:51`, RabbitMQ before 3.7. */
  erlang(millis: number): string {
    const s = this.#second(millis);
    return `${String(Number(s.day))}-${s.monthName}-${String(s.year)}::${s.clock}`;
  }

  #second(millis: number): SecondText {
    const second = Math.floor(millis / 1000);
    const slot = second % CACHE_SIZE;
    const kept = this.#cache[slot];
    if (kept?.second === second) return kept;
    const fresh = describeSecond(second);
    this.#cache[slot] = fresh;
    return fresh;
  }
}

/** Milliseconds inside the second as three digits. */
export function milliDigits(millis: number): string {
  return threeDigits(Math.floor(millis) % 1000);
}

/** 0..999 as three digits. */
export function threeDigits(value: number): string {
  return THREE_DIGITS[value] ?? '999';
}

function describeSecond(second: number): SecondText {
  const { year, month, day } = civilFromDays(Math.floor(second / 86_400));
  return {
    second,
    year,
    month: two(month),
    day: two(day),
    monthName: MONTHS[month - 1] ?? '???',
    clock: `${two(Math.floor(second / 3600) % 24)}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`,
    date: `${String(year)}-${two(month)}-${two(day)}`,
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
