// Elements and texts. Data of the cluster and of GitHub is inserted as text, never as markup.

/** Creates an element with classes, whose children are elements or texts. */
export function element(tag, classes = '', ...children) {
  const created = document.createElement(tag);
  created.className = classes;
  created.append(...children);
  return created;
}

/** Changes a text only if it differs, to avoid a new layout. */
export function setText(target, text) {
  if (target.textContent !== String(text)) {
    target.textContent = text;
  }
}

/** A link that opens another page; only text if the address is missing or leads to anything but a web page. */
export function link(address, text, classes = '') {
  if (!/^https?:\/\//.test(address ?? '')) {
    return element('span', classes, text);
  }
  const created = element('a', classes, text);
  created.href = address;
  created.target = '_blank';
  created.rel = 'noopener noreferrer';
  return created;
}

/** Such as 850 ms, 4.2 s, 3m20s or 2h5m. */
export function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours >= 48) {
    return `${Math.floor(hours / 24)} d`;
  }
  if (hours > 0) {
    return minutes > 0 ? `${hours}h${minutes}m` : `${hours}h`;
  }
  return whole % 60 > 0 ? `${minutes}m${whole % 60}s` : `${minutes}m`;
}

/** The time of day, with the date unless it is today. */
export function time(milliseconds) {
  const date = new Date(milliseconds);
  const day = date.toDateString() === new Date().toDateString() ? {} : {month: 'short', day: 'numeric'};
  return date.toLocaleString([], {...day, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
}

/** The items of a problem: reason, time, message, and what to do about it. */
export function problem(found) {
  const parts = [element('span', 'reason', found.reason || 'Problem')];
  if (found.since) {
    parts.push(' ', element('span', 'age', `since ${time(found.since)}`));
  }
  if (found.message) {
    parts.push(element('div', 'message', found.message));
  }
  if (found.action || found.runbook) {
    const action = element('div', 'action', found.action ?? '', ' ');
    if (found.runbook) {
      action.append(link(found.runbook, 'Runbook'));
    }
    parts.push(action);
  }
  return parts;
}
