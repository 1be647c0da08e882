// The runners and jobs of a scale set as bars over time. A bar gets its start and end once; each second, only the list's
// current time changes, from which the style sheet computes all positions.
import {element, setText, link, duration, time} from './text.js';

const PHASES = {stuck: 'cannot start', failed: 'failed', busy: 'job runs', starting: 'starts', ending: 'ends', idle: 'idle', done: 'done'};
const find = id => document.getElementById(id);

/** The steps of a row: their class, what they are called, start, and end; an end of null is now. */
function steps(row) {
  const over = row.removed ?? null;
  const lived = row.ended ?? over;
  const next = (...times) => times.find(found => found != null) ?? over;
  const waited = row.running ?? (row.started && row.ended ? row.ended : over);
  return [
    ['queued', 'job waits', row.queued, waited],
    ['registering', 'registration', row.created, next(row.registered, row.scheduled, row.started, row.running, row.ended)],
    ['scheduling', 'pod is scheduled', row.registered, next(row.scheduled, row.started, row.running, row.ended)],
    ['preparing', 'image and containers', row.scheduled ?? row.registered, row.registered == null ? null : next(row.started, row.running, row.ended)],
    ['idling', 'runner idle', row.started, next(row.running, row.ended)],
    ['working', 'job runs', row.running, lived],
    ['removing', 'removal', row.ended, over],
  ].filter(([, , start, end]) => start != null && (end == null || end >= start));
}

/** The problem of a runner in one line. */
function problemLine(found) {
  const line = element('div', 'problem',
      element('span', 'reason', found.reason || 'Problem'), ' ', element('span', 'message', found.message ?? ''));
  line.title = [found.message, found.action].filter(part => part).join('\n');
  if (found.runbook) {
    line.prepend(link(found.runbook, 'Runbook'), ' ');
  }
  return line;
}

export class Timeline {
  #base = 0;
  #offset = 0;
  #rows = new Map();
  #shown = new Map();

  constructor() {
    find('idle').addEventListener('change', () => this.#arrange());
    find('window').addEventListener('change', () => this.tick());
  }

  /** Applies a delta from the server. */
  update(delta) {
    this.#offset = delta.time - Date.now();
    this.#base ||= delta.time;
    if (delta.isComplete) {
      this.#rows.clear();
      this.#shown.clear();
    }
    (delta.removed ?? []).forEach(id => {
      this.#rows.delete(id);
      this.#shown.delete(id);
    });
    for (const row of delta.changed ?? []) {
      this.#rows.set(row.id, row);
      this.#shown.delete(row.id);
    }
    this.#arrange();
  }

  /** Advances the time; call it every second. */
  tick() {
    if (this.#base === 0) {
      return;
    }
    const now = Date.now() + this.#offset;
    const span = this.#span();
    const style = find('timeline').style;
    style.setProperty('--now', this.#seconds(now));
    style.setProperty('--from', this.#seconds(now - span));
    style.setProperty('--span', span / 1000);
    this.#showAxis(span);
    if (this.#visible().some(row => !this.#shown.has(row.id)) || this.#visible().length !== find('timeline').childElementCount) {
      this.#arrange();
    }
    for (const row of this.#visible()) {
      this.#showDurations(row, now);
    }
  }

  #span() {
    return Number(find('window').value) * 60_000;
  }

  #seconds(milliseconds) {
    return ((milliseconds - this.#base) / 1000).toFixed(3);
  }

  /** The rows within the time window, the latest first. */
  #visible() {
    const from = Date.now() + this.#offset - this.#span();
    const idle = find('idle').checked;
    const start = row => row.queued ?? row.created ?? 0;
    const rank = row => row.phase === 'stuck' || row.phase === 'failed' ? 0 : 1;
    return [...this.#rows.values()]
        .filter(row => (row.removed ?? Infinity) >= from && (idle || row.phase !== 'idle'))
        .sort((a, b) => rank(a) - rank(b) || start(b) - start(a) || (a.id < b.id ? -1 : 1));
  }

  #arrange() {
    const rows = this.#visible();
    const list = find('timeline');
    rows.forEach(row => {
      if (!this.#shown.has(row.id)) {
        this.#shown.set(row.id, this.#create(row));
      }
    });
    const items = rows.map(row => this.#shown.get(row.id).item);
    if (items.length !== list.childElementCount || items.some((item, i) => item !== list.children[i])) {
      list.replaceChildren(...items);
    }
    find('no-jobs').hidden = rows.length > 0;
    setText(find('jobs-count'), rows.length || '');
  }

  #create(row) {
    const took = element('span', 'took');
    const phase = element('span', 'phase', PHASES[row.phase] ?? row.phase);
    const track = element('div', 'track');
    track.setAttribute('role', 'img');
    const texts = [];
    for (const [type, name, start, end] of steps(row)) {
      const bar = element('i', end == null ? `${type} open` : type);
      bar.style.setProperty('--start', this.#seconds(start));
      if (end != null) {
        bar.style.setProperty('--end', this.#seconds(end));
      }
      track.append(bar);
      texts.push(`${name} ${end == null ? `since ${time(start)}` : duration(end - start)}`);
    }
    track.title = texts.join('\n');
    track.setAttribute('aria-label', texts.join(', '));
    const place = [row.repository, row.runner, row.node].filter(part => part).join(' · ');
    const where = element('span', 'place', place);
    where.title = [row.workflow, `pod ${row.runner}`, row.node && `node ${row.node}`].filter(part => part).join('\n');
    const job = row.job ? link(row.run, row.job, 'job') : element('span', 'job', 'no job yet');
    job.title = row.job ?? '';
    const item = element('li', '', element('div', 'who', job, took, where, phase), track);
    item.dataset.phase = row.phase;
    if (row.problem) {
      item.append(problemLine(row.problem));
    }
    return {item, took};
  }

  #showDurations(row, now) {
    const {took} = this.#shown.get(row.id);
    const end = row.ended ?? row.removed ?? now;
    const parts = [];
    if (row.queued) {
      parts.push(`waited ${duration((row.running ?? end) - row.queued)}`);
    }
    if (row.running) {
      parts.push(`ran ${duration(end - row.running)}`);
    }
    if (parts.length === 0) {
      parts.push(`for ${duration(end - row.created)}`);
    }
    setText(took, parts.join(', '));
  }

  #showAxis(span) {
    const step = span / 5;
    const labels = [0, 1, 2, 3, 4, 5].map(i => i === 5 ? 'now' : `−${step * (5 - i) / 60_000} min`);
    const axis = find('axis');
    if (axis.childElementCount === 0) {
      labels.forEach((label, i) => {
        const mark = element('span');
        mark.style.left = `${i * 20}%`;
        axis.append(mark);
      });
    }
    labels.forEach((label, i) => setText(axis.children[i], label));
  }
}
