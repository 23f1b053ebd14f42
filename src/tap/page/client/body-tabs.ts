// What was asked and answered, in four views: the request, the answer, how the request differs from the one before it,
// and both as they crossed the wire.
import type { Body, HeaderList, JudgedExchange } from '../../exchange.ts';
import { answerOf, bodyJson } from './answer.ts';
import { answerView } from './blocks.ts';
import { comparison } from './comparison.ts';
import { button, type Child, element, fold } from './element.ts';
import type { List } from './list.ts';
import { longText } from './long-text.ts';
import { parameters, requestView } from './request-view.ts';
import type { Source } from './source.ts';
import { count, duration, endingWords, size } from './words.ts';

type View = {
  readonly name: string;
  readonly content: (judged: JudgedExchange) => Child[];
  /** It shows the answer, which grows. */
  readonly hasAnswer?: boolean;
};

export type BodyTabs = {
  view(judged: JudgedExchange): HTMLElement;
  /** More has come of the exchange that is viewed. */
  update(judged: JudgedExchange): void;
};

export function bodyTabs(source: Source, list: Pick<List, 'rows'>): BodyTabs {
  const views: readonly View[] = [
    { name: 'Request', content: requestContent },
    { name: 'Answer', content: answerContent, hasAnswer: true },
    { name: 'Difference', content: (judged) => [comparison(judged, source, list)] },
    { name: 'Raw', content: rawContent, hasAnswer: true },
  ];
  /** Stays from exchange to exchange. */
  let chosen = 'Request';
  let update: BodyTabs['update'] = () => {};
  return {
    update: (judged) => update(judged),
    view(first) {
      let judged = first;
      const panel = element('div', { role: 'tabpanel', id: 'panel', tabindex: '0' });
      const choose = (name: string): void => {
        chosen = name;
        for (const tab of tabs) {
          const isChosen = tab.textContent === name;
          tab.setAttribute('aria-selected', String(isChosen));
          tab.tabIndex = isChosen ? 0 : -1;
          if (isChosen) panel.setAttribute('aria-labelledby', tab.id);
        }
        const view = views.find((one) => one.name === name);
        panel.replaceChildren(...(view?.content(judged) ?? []).filter((child) => child !== null));
      };
      const tabs = views.map(({ name }) =>
        button(name, () => choose(name), { role: 'tab', id: `tab-${name}`, 'aria-controls': 'panel' }),
      );
      const bar = element('div', { role: 'tablist', 'aria-label': 'Bodies' }, ...tabs);
      bar.addEventListener('keydown', (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        const at = views.findIndex(({ name }) => name === chosen);
        const next = tabs[(at + by + tabs.length) % tabs.length];
        next?.focus();
        choose(next?.textContent ?? chosen);
      });
      choose(chosen);
      update = (now) => {
        const hasGrown = now.exchange.request.body.wireBytes !== judged.exchange.request.body.wireBytes;
        judged = now;
        if (hasGrown || views.find(({ name }) => name === chosen)?.hasAnswer === true) choose(chosen);
      };
      return element('section', { class: 'card bodies' }, bar, panel);
    },
  };
}

function requestContent({ exchange }: JudgedExchange): Child[] {
  const { body } = exchange.request;
  const json = bodyJson(body);
  return [note(body), json === undefined ? bodyText(body) : requestView(json)];
}

function answerContent(judged: JudgedExchange): Child[] {
  const { exchange } = judged;
  const { response, failure } = exchange;
  if (response === null)
    return [element('p', {}, `No answer came: ${failure?.message ?? endingWords(exchange.ending)}.`)];
  const answer = answerOf(exchange);
  if (answer === undefined) return [note(response.body), bodyText(response.body)];
  const { blocks, fields, errors, eventCount } = answer;
  return [
    note(response.body),
    ...errors.map((error) =>
      element('div', { class: 'block bad' }, longText(JSON.stringify(error, null, 2))),
    ),
    blocks.length === 0 ? null : answerView(blocks),
    element('h4', {}, 'Beside the blocks'),
    parameters({ ...fields, ...(eventCount === null ? {} : { events: eventCount }) }),
  ];
}

function note({ isCut, wireBytes, text }: Body): Child {
  if (!isCut) return null;
  return element(
    'p',
    { class: 'notice' },
    text === ''
      ? `This body (${size(wireBytes)}) is kept no more: the oldest go when there are too many.`
      : `Of this body (${size(wireBytes)}) only the beginning is kept.`,
  );
}

function bodyText({ text, isBinary, wireBytes, isCut }: Body): Child {
  if (text === '') return isCut ? null : element('p', { class: 'hint' }, 'No body.');
  return isBinary
    ? element(
        'div',
        {},
        element('p', { class: 'hint' }, `No text (${size(wireBytes)}); in base64:`),
        longText(text),
      )
    : longText(text);
}

function rawContent({ exchange }: JudgedExchange): Child[] {
  const { request, response, interim, connection, failure } = exchange;
  return [
    element('h4', {}, `Request, on connection ${connection}`),
    request.method === ''
      ? null
      : headText(`${request.method} ${request.path} HTTP/${request.httpVersion}`, request.headers),
    note(request.body),
    bodyText(request.body),
    trailers(request.trailers),
    request.url === '' ? null : element('p', { class: 'hint' }, `passed on to ${request.url}`),
    ...interim.flatMap(({ at, status, reason, headers }) => [
      element('h4', {}, `Interim answer after ${duration(at)}`),
      headText(`${status} ${reason}`, headers),
    ]),
    element('h4', {}, `Answer, ${endingWords(exchange.ending)}`),
    failure === null ? null : element('p', {}, [failure.code, failure.message].filter(Boolean).join(': ')),
    ...(response === null
      ? []
      : [
          headText(`HTTP/${response.httpVersion} ${response.status} ${response.reason}`, response.headers),
          note(response.body),
          element('p', { class: 'hint' }, sizeWords(response.body, response.arrivals.length)),
          bodyText(response.body),
          trailers(response.trailers),
        ]),
  ];
}

const sizeWords = ({ wireBytes, text, isBinary }: Body, arrivals: number): string =>
  `${size(wireBytes)} on the wire in ${count(arrivals)} ${arrivals === 1 ? 'arrival' : 'arrivals'}${isBinary ? '' : `, ${count(text.length)} characters of text`}`;

const headText = (line: string, headers: HeaderList): HTMLElement =>
  element(
    'pre',
    { class: 'head' },
    element('b', {}, line),
    ...headers.flatMap(([name, value]) => [
      '\n',
      element('span', { class: 'name' }, `${name}:`),
      ` ${value}`,
    ]),
  );

const trailers = (headers: HeaderList): Child =>
  headers.length === 0
    ? null
    : fold([`Trailers · ${headers.length}`], () => headText('', headers), { open: true });
