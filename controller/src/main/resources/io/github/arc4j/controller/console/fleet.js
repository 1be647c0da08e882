// The table of scale sets, the totals above it, and the list of problems.
import {element, setText, problem, duration} from './text.js';

const RANK = {problem: 0, waiting: 1, ok: 2};
const STATES = ['busy', 'starting', 'idle', 'ending', 'failed'];
const MAX_PROBLEMS = 50;
/** Highlighting more of them would be slow and show nothing. */
const MAX_HIGHLIGHTS = 20;
const find = id => document.getElementById(id);

/** Shows the fleet; calls back with the selected scale set's row when it changes. */
export class FleetTable {
  #rows = new Map();
  #shown = new Map();
  #sort = {by: 'health', descending: false};
  #selected = '';
  #order = [];
  #problemKey = '';

  constructor() {
    for (const button of document.querySelectorAll('#fleet th button')) {
      button.addEventListener('click', () => this.#sortBy(button));
    }
    find('filter').addEventListener('input', () => this.#arrange());
  }

  get(key) {
    return this.#rows.get(key);
  }

  /** Applies a delta from the server. */
  update(delta) {
    if (delta.isComplete) {
      const kept = new Set((delta.changed ?? []).map(row => row.key));
      [...this.#rows.keys()].filter(key => !kept.has(key)).forEach(key => this.#remove(key));
    }
    (delta.removed ?? []).forEach(key => this.#remove(key));
    const changed = delta.changed ?? [];
    const highlight = !delta.isComplete && changed.length <= MAX_HIGHLIGHTS;
    for (const row of changed) {
      this.#rows.set(row.key, row);
      this.#fill(row, highlight);
    }
    this.#arrange();
    this.#showTotals();
    this.#showProblems();
  }

  select(key) {
    this.#shown.get(this.#selected)?.row.removeAttribute('aria-current');
    this.#selected = key;
    this.#shown.get(key)?.row.setAttribute('aria-current', 'true');
  }

  /** Moves the focus to another row: the first, the last, or one at a distance. */
  focus(step) {
    const links = this.#order.map(key => this.#shown.get(key).link);
    if (links.length === 0) {
      return false;
    }
    const current = links.indexOf(document.activeElement);
    const next = step === 'first' ? 0
        : step === 'last' ? links.length - 1
        : Math.min(links.length - 1, Math.max(0, current + step));
    links[next].focus();
    return true;
  }

  #remove(key) {
    this.#rows.delete(key);
    this.#shown.get(key)?.row.remove();
    this.#shown.delete(key);
  }

  #fill(row, highlight) {
    const shown = this.#shown.get(row.key) ?? this.#create(row);
    const worst = row.problems?.[0];
    shown.row.dataset.health = row.health;
    shown.link.setAttribute('aria-label', `${row.key}, ${row.health}`);
    setText(shown.summary, worst ? `${worst.reason}: ${worst.message ?? ''}` : '');
    shown.summary.title = shown.summary.textContent;
    shown.summary.hidden = !worst;
    for (const state of STATES) {
      shown[state].style.flexGrow = row[state];
    }
    setText(shown.counts, `${row.busy} busy`);
    shown.stack.setAttribute('aria-label', STATES.filter(state => row[state] > 0)
        .map(state => `${row[state]} ${state}`).join(', ') || 'no runners');
    shown.stack.title = shown.stack.getAttribute('aria-label');
    setText(shown.desired, row.desired);
    setText(shown.maximum, row.maximum ?? '–');
    const isAtLimit = row.maximum != null && row.desired >= row.maximum;
    shown.maximum.classList.toggle('limit', isAtLimit);
    shown.maximum.title = isAtLimit ? 'At the limit: further jobs wait' : '';
    setText(shown.waiting, row.waiting || '');
    setText(shown.wait, row.p50 == null ? '' : `${duration(row.p50 * 1000)} / ${duration(row.p95 * 1000)}`);
    if (highlight) {
      shown.row.classList.remove('changed');
      requestAnimationFrame(() => shown.row.classList.add('changed'));
    }
  }

  #create(row) {
    const parts = {
      row: element('tr'),
      link: element('a', '', element('span', 'namespace', `${row.namespace}/`), row.name),
      summary: element('span', 'summary'),
      stack: element('span', 'stack'),
      counts: element('span', 'counts'),
      desired: element('td', 'number'),
      maximum: element('td', 'number'),
      waiting: element('td', 'number'),
      wait: element('td', 'number'),
    };
    parts.link.href = `#${row.key}`;
    parts.stack.setAttribute('role', 'img');
    for (const state of STATES) {
      parts[state] = element('i', state);
      parts.stack.append(parts[state]);
    }
    parts.row.append(
        element('td', 'name', parts.link, parts.summary),
        element('td', '', element('div', 'runners', parts.stack, parts.counts)),
        parts.desired, parts.maximum, parts.waiting, parts.wait);
    if (row.key === this.#selected) {
      parts.row.setAttribute('aria-current', 'true');
    }
    this.#shown.set(row.key, parts);
    return parts;
  }

  #sortBy(button) {
    const by = button.dataset.sort;
    const descending = this.#sort.by === by ? !this.#sort.descending : by !== 'health';
    this.#sort = {by, descending};
    document.querySelectorAll('#fleet th').forEach(header => header.removeAttribute('aria-sort'));
    button.parentElement.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    this.#arrange();
  }

  /** Applies filter and order; changes the document only if the list changes. */
  #arrange() {
    const words = find('filter').value.toLowerCase().split(/\s+/).filter(word => word);
    const rows = [...this.#rows.values()].filter(row => {
      const text = `${row.key} ${row.url ?? ''} ${row.health} ${(row.problems ?? []).map(found => found.reason).join(' ')}`.toLowerCase();
      return words.every(word => text.includes(word));
    });
    const {by, descending} = this.#sort;
    const value = row => by === 'health' ? RANK[row.health] : row[by] ?? -1;
    rows.sort((a, b) => (descending ? value(b) - value(a) : value(a) - value(b))
        || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const order = rows.map(row => row.key);
    if (order.length !== this.#order.length || order.some((key, i) => key !== this.#order[i])
        || find('rows').childElementCount !== order.length) {
      const focused = document.activeElement;
      find('rows').replaceChildren(...order.map(key => this.#shown.get(key).row));
      if (focused !== document.activeElement && focused?.isConnected) {
        focused.focus({preventScroll: true});
      }
    }
    this.#order = order;
    setText(find('fleet-count'), order.length === this.#rows.size ? order.length : `${order.length} of ${this.#rows.size}`);
    find('no-rows').hidden = order.length > 0;
    setText(find('no-rows'), this.#rows.size === 0 ? 'There are no scale sets.' : 'No scale set matches the filter.');
  }

  #showTotals() {
    const sum = {sets: this.#rows.size, problems: 0, busy: 0, waiting: 0, starting: 0, idle: 0, failed: 0};
    for (const row of this.#rows.values()) {
      sum.problems += row.health === 'problem' ? 1 : 0;
      for (const name of ['busy', 'waiting', 'starting', 'idle', 'failed']) {
        sum[name] += row[name];
      }
    }
    for (const [name, number] of Object.entries(sum)) {
      setText(find(`total-${name}`), number.toLocaleString());
    }
    find('total-problems').classList.toggle('bad', sum.problems > 0);
    find('total-failed').classList.toggle('bad', sum.failed > 0);
    find('total-waiting').classList.toggle('wait', sum.waiting > 0);
    document.title = sum.problems > 0 ? `(${sum.problems}) arc4j console` : 'arc4j console';
  }

  /** The first problem of each scale set, the most recent first. */
  #showProblems() {
    const bad = [...this.#rows.values()]
        .filter(row => row.health === 'problem')
        .map(row => ({row, found: row.problems.find(found => !found.isProgress)}))
        .sort((a, b) => (b.found.since ?? 0) - (a.found.since ?? 0) || (a.row.key < b.row.key ? -1 : 1));
    find('problems').hidden = bad.length === 0;
    setText(find('problems-count'), bad.length);
    const listed = bad.slice(0, MAX_PROBLEMS);
    const key = JSON.stringify([bad.length, listed.map(({row, found}) => [row.key, found])]);
    if (this.#problemKey === key) {
      return; // so that the focus stays where it is
    }
    this.#problemKey = key;
    find('problem-list').replaceChildren(...listed.map(({row, found}) => {
      const name = element('a', '', row.key);
      name.href = `#${row.key}`;
      return element('li', '', name, ' ', ...problem(found));
    }));
    if (bad.length > MAX_PROBLEMS) {
      find('problem-list').append(element('li', 'action', `and ${bad.length - MAX_PROBLEMS} more, see the table`));
    }
  }
}
