// XState on Node: the same rules, played by the same orders as `../worker.py`; a line of JSON in, a line out.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { assign, createActor, setup } from 'xstate'

const machine = setup({
  guards: {
    matchable: ({ context }) => context.mentor !== null && context.years >= 5,
    halfWritten: ({ context }) => context.logs.length >= 6,
    complete: ({ context }) =>
      context.progress !== '' && context.logs.length >= 12 && context.logs.reduce((a, b) => a + b, 0) >= 18,
    recessLeft: ({ context }) => context.recesses < 20,
  },
  actions: {
    write: assign({ logs: ({ context, event }) => [...context.logs, event.hours] }),
    lookBack: assign({ progress: ({ event }) => event.progress }),
    countRecess: assign({ recesses: ({ context }) => context.recesses + 1 }),
  },
}).createMachine({
  id: 'bench',
  initial: 'applied',
  context: { mentor: 'bob', years: 8, logs: [], progress: '', recesses: 0 },
  states: {
    applied: { on: { match: { target: 'matched', guard: 'matchable' } } },
    matched: { on: { agree: 'agreed' } },
    agreed: { on: { begin: 'active' } },
    active: {
      initial: 'first_half',
      on: {
        log: { actions: 'write' },
        complete: { target: 'approval', guard: 'complete' },
        pause: { target: 'recess', guard: 'recessLeft', actions: 'countRecess' },
        withdraw: 'withdrawn',
      },
      states: {
        first_half: { on: { review: { target: 'second_half', guard: 'halfWritten', actions: 'lookBack' } } },
        second_half: {},
      },
    },
    recess: { on: { resume: 'active' } },
    approval: { on: { send_back: 'active.second_half', approve: 'done' } },
    done: { type: 'final' },
    withdrawn: { type: 'final' },
  },
})

const make = () => createActor(machine).start()

// An event that nothing takes leaves the very same snapshot behind.
function play(actor, events) {
  const accepted = []
  for (const event of events) {
    const before = actor.getSnapshot()
    actor.send(event)
    accepted.push(actor.getSnapshot() !== before)
  }
  return accepted
}

function end(actor) {
  const { value, context } = actor.getSnapshot()
  const hours = context.logs.reduce((a, b) => a + b, 0)
  return [value, context.logs.length, hours, context.progress !== '', context.recesses]
}

const timed = (work) => {
  const began = process.hrtime.bigint()
  const result = work()
  return [Number(process.hrtime.bigint() - began), result]
}

const orders = {
  play({ steps, lives }) {
    const events = steps.map(([type, given]) => ({ type, ...given }))
    const [making, actors] = timed(() => Array.from({ length: lives }, make))
    const [playing, accepted] = timed(() => actors.map((actor) => play(actor, events)).at(-1))
    return { making, playing, accepted, end: end(actors.at(-1)) }
  },
  weigh({ steps, lives }) {
    const events = steps.map(([type, given]) => ({ type, ...given }))
    const kept = []
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < lives; n++) {
      const actor = make()
      play(actor, events)
      kept.push(actor)
    }
    globalThis.gc()
    return { bytes: Math.round((process.memoryUsage().heapUsed - before) / lives), kept: kept.length }
  },
}

const { version } = JSON.parse(readFileSync(new URL('node_modules/xstate/package.json', import.meta.url)))
console.log(JSON.stringify({ name: 'XState on Node', version, on: `Node ${process.version}` }))
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line)
  console.log(JSON.stringify(orders[order.do](order)))
}
