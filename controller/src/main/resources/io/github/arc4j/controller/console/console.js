// The console: receives the changes, and shows the selected scale set.
import {FleetTable} from './fleet.js';
import {Timeline} from './timeline.js';
import {Plots} from './plots.js';
import {element, setText, problem} from './text.js';

const RECONNECT_MILLIS = 5000;
const LOST_MILLIS = 15_000;
const find = id => document.getElementById(id);
const fleet = new FleetTable();
const timeline = new Timeline();
const plots = new Plots();
let events = null;
let lastEvent = 0;

function selected() {
  try {
    const key = decodeURIComponent(location.hash.slice(1));
    return key.includes('/') ? key : '';
  } catch {
    return '';
  }
}

function connect() {
  events?.close();
  const key = selected();
  events = new EventSource(`events${key ? `?set=${encodeURIComponent(key)}` : ''}`);
  events.addEventListener('fleet', event => {
    const delta = JSON.parse(event.data);
    fleet.update(delta);
    if (delta.version) {
      setText(find('version'), delta.version);
      requestAnimationFrame(() => performance.mark('rendered'));
    }
    showSelection();
    received();
  });
  events.addEventListener('jobs', event => {
    timeline.update(JSON.parse(event.data));
    timeline.tick();
    received();
  });
  events.addEventListener('waits', event => plots.update(JSON.parse(event.data)));
  events.addEventListener('open', received);
  events.addEventListener('error', () => {
    if (events.readyState === EventSource.CLOSED) {
      // The server has rejected the request, and the browser does not try again by itself.
      setTimeout(connect, RECONNECT_MILLIS);
    }
    showConnection();
  });
}

function received() {
  lastEvent = Date.now();
  showConnection();
}

function showConnection() {
  const isOpen = events.readyState === EventSource.OPEN;
  const state = isOpen ? 'live' : lastEvent && Date.now() - lastEvent < LOST_MILLIS ? 'connecting' : 'lost';
  find('connection').dataset.state = state;
  setText(find('connection'), {
    live: 'live',
    connecting: 'connecting',
    lost: 'no connection: does kubectl port-forward run?',
  }[state]);
}

function showSelection() {
  const key = selected();
  const row = fleet.get(key);
  fleet.select(key);
  setText(find('selection-title'), key === '' ? 'All scale sets' : key);
  find('selection-all').hidden = key === '';
  find('selection-link').hidden = !row?.url;
  if (row?.url) {
    find('selection-link').href = row.url;
  }
  const problems = key === '' ? [] : row?.problems ?? [];
  find('selection-problems').hidden = problems.length === 0;
  find('selection-problems').replaceChildren(
      ...problems.map(found => element('li', found.isProgress ? 'progress' : '', ...problem(found))));
}

function onKey(event) {
  const typing = event.target.matches('input, select, textarea');
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  if (event.key === '/' && !typing) {
    find('filter').focus();
  } else if (event.key === 'Escape' && event.target.id === 'filter' && event.target.value !== '') {
    event.target.value = '';
    event.target.dispatchEvent(new Event('input'));
  } else if (event.key === 'Escape') {
    location.hash = '';
  } else if (event.target.closest('#fleet') && !event.target.closest('thead')) {
    const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: 'first', End: 'last'}[event.key];
    if (step === undefined || (typing && event.key !== 'ArrowDown') || !fleet.focus(step)) {
      return;
    }
  } else {
    return;
  }
  event.preventDefault();
}

addEventListener('keydown', onKey);
addEventListener('hashchange', () => {
  plots.update(null);
  showSelection();
  connect();
});
setInterval(() => {
  timeline.tick();
  showConnection();
}, 1000);
plots.update(null);
connect();
