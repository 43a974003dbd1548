// ./dev check: the rules of the tree that a tool can see. Each rule says what to do instead.
// usage: check.mjs [--report FILE]
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((name) => name && existsSync(name))
const text = new Map()
const read = (name) => text.get(name) ?? text.set(name, readFileSync(name, 'utf8')).get(name)
const cpp = files.filter((name) => /^server\/.*\.(cpp|h)$/.test(name))
const web = files.filter((name) => /^(web|tests|tools)\/.*\.(ts|tsx|mjs|css)$/.test(name) && !name.includes('.gen.'))

// The module graph is read from server/CMakeLists.txt: the same lines that the linker obeys.
function moduleGraph() {
  const graph = new Map()
  const call = /auricle_(?:module|program)\(([\s\S]*?)\)/g
  for (const [, body] of read('server/CMakeLists.txt').matchAll(call)) {
    const words = body.trim().split(/\s+/)
    const after = (key) => {
      const at = words.indexOf(key)
      if (at < 0) return []
      const end = words.findIndex((word, i) => i > at && /^(IN|USES|PACKAGES|LIBRARIES)$/.test(word))
      return words.slice(at + 1, end < 0 ? undefined : end)
    }
    graph.set(words[0], { folder: after('IN')[0] ?? words[0], uses: after('USES') })
  }
  return graph
}

function reach(graph, name, seen = new Set()) {
  for (const next of graph.get(name)?.uses ?? []) if (!seen.has(next)) reach(graph, next, seen.add(next))
  return seen
}

function includesFollowGraph() {
  const graph = moduleGraph()
  const byFolder = [...graph].sort((a, b) => b[1].folder.length - a[1].folder.length)
  const moduleOf = (path) => byFolder.find(([, { folder }]) => path.startsWith(`${folder}/`))?.[0]
  const wrong = []
  for (const name of cpp) {
    const own = moduleOf(name.slice('server/'.length))
    if (!own) continue
    const allowed = reach(graph, own)
    for (const [, path] of read(name).matchAll(/^#include "([^"]+)"/gm)) {
      const other = moduleOf(path)
      if (!other || other === own || name.startsWith('server/app/')) continue
      if (!allowed.has(other)) wrong.push(`${name} includes ${path}: ${own} may not use ${other}; announce an event or move the code down`)
      else if (other !== 'platform' && !publicHeader(other, path, name))
        wrong.push(`${name} includes ${path}: include only the module's own header or events.h`)
    }
  }
  return wrong
}

function publicHeader(module, path, from) {
  const file = basename(path)
  const plain = [`${module}.h`, 'events.h', 'ledger.h', 'calendar.h']
  return plain.includes(file) || (file === 'channel.h' && /^server\/(channels|app|integrations)\//.test(from)) || from.endsWith('_test.cpp')
}

function librariesStayInPlatform() {
  const only = /#include <(boost\/(beast|asio)|sqlite3\.h|libpq-fe\.h|sodium\.h|openssl\/)/
  return cpp.filter((name) => !name.startsWith('server/platform/') && only.test(read(name)))
    .map((name) => `${name}: the HTTP, database and crypto libraries are included only inside platform`)
}

function filesAreShort() {
  return [...cpp, ...web].flatMap((name) => {
    const lines = read(name).split('\n').length - 1
    return lines > 600 ? [`${name}: ${lines} lines; split it by verb (at most 600)`] : []
  })
}

// A function starts at column 0 and ends at the next closing brace in column 0; clang-format and the web formatter keep it so.
function functionsAreShort() {
  const start = /^(?!BOOST_|namespace|struct|class|enum|union|extern|using|typedef|template)[A-Za-z].*\(.*|^(export )?(default )?(async )?function .*/
  const wrong = []
  for (const name of [...cpp, ...web.filter((name) => /\.tsx?$/.test(name) && !/\.(test|spec)\.tsx?$/.test(name))]) {
    if (name.endsWith('_test.cpp')) continue
    const lines = read(name).split('\n')
    for (let i = 0; i < lines.length; i++) {
      if (!start.test(lines[i]) || /[;,}]$/.test(lines[i])) continue
      const end = lines.findIndex((line, j) => j > i && /^[})]/.test(line))
      // What a component returns is a page, not a procedure: its length is the file's.
      const markup = name.endsWith('.tsx') ? lines.findLastIndex((line, j) => j > i && j < end && /^ {2}return \($/.test(line)) : -1
      const last = markup > 0 ? markup : end
      const data = lines.slice(i, last).filter((line) => /^\s*[{}"')\],;]+|^\s*(\{?"|\{\w+)/.test(line)).length
      const length = last - i - 1 - (data > 100 ? data : 0) // a table of texts is data
      if (length > 60) wrong.push(`${name}:${i + 1}: ${length} lines; a function never passes 60`)
      if (end > i) i = end
    }
  }
  return wrong
}

function channelsStayHome() {
  const allowed = /^server\/(channels\/|app\/|integrations\/|migrations\/|facts\/|analytics\/)|_test\.cpp$/
  const core = cpp.filter((name) => !allowed.test(name) && /^server\/(conversations|platform)\//.test(name))
  return core.flatMap((name) => {
    const found = read(name).split('\n').findIndex((line) => /\b(whatsapp|webchat|messenger|instagram|imap|smtp)\b/i.test(line.replace(/\/\/.*/, '')))
    return found < 0 ? [] : [`${name}:${found + 1}: names a channel; read a declared capability instead (conversations/channel.h)`]
  })
}

function featuresStandAlone() {
  return web.flatMap((name) => {
    const own = name.match(/^web\/features\/([^/]+)\//)?.[1]
    if (!own) return []
    return [...read(name).matchAll(/from '([^']*features\/|\.\.\/)([a-z_-]+)\//g)]
      .filter(([, path, other]) => (path.includes('features/') || existsSync(`web/features/${other}`)) && other !== own && dirname(name).split('/').length <= 3)
      .map(([, , other]) => `${name} imports the feature ${other}: compose them in web/apps instead`)
  })
}

function noDustbins() {
  return files.filter((name) => /(^|\/)(utils?|helpers?|common|managers?|misc)\//.test(name)).map((name) => `${name}: name the folder after its domain`)
}

function lockfileNamesNoHost() {
  return files.filter((name) => /package-lock\.json$/.test(name) && /"resolved": "http/.test(read(name))).map((name) => `${name} names a registry: write it anew with the project's .npmrc`)
}

function tool(name, command, args) {
  return () => {
    const run = spawnSync(command, args, { encoding: 'utf8' })
    return run.status === 0 ? [] : [`${name}: ${(run.stdout + run.stderr).trim().slice(-4000)}`]
  }
}

const format = () => {
  const run = spawnSync('clang-format', ['--dry-run', '--Werror', ...cpp], { encoding: 'utf8' })
  const wrong = new Set([...run.stderr.matchAll(/^([^:\s]+):\d+:\d+: error/gm)].map((match) => match[1]))
  return [...wrong].map((name) => `${name}: not formatted; ./dev fix`)
}

const checks = {
  'C++ is formatted': format,
  'includes follow the module graph': includesFollowGraph,
  'libraries stay inside platform': librariesStayInPlatform,
  'files are at most 600 lines': filesAreShort,
  'functions are at most 60 lines': functionsAreShort,
  'channels stay in their folder': channelsStayHome,
  'features stand alone': featuresStandAlone,
  'no dustbin folders': noDustbins,
  'lock file names no host': lockfileNamesNoHost,
  'TypeScript compiles': tool('typecheck', 'npm', ['run', '--silent', 'typecheck']),
  'TypeScript is linted': tool('lint', 'npm', ['run', '--silent', 'lint']),
}
for (const script of ['check-locales', 'check-size'])
  if (existsSync(`tools/${script}.mjs`)) checks[script.replace('-', ' ')] = tool(script, 'node', [`tools/${script}.mjs`])

const results = Object.entries(checks).map(([name, run]) => ({ name, found: run() }))
for (const { name, found } of results) {
  console.log(`${found.length ? '✗' : '✓'} ${name}`)
  for (const line of found) console.log(`    ${line}`)
}
const report = process.argv.indexOf('--report')
if (report > 0)
  writeFileSync(process.argv[report + 1], JSON.stringify({ checks: results.map(({ name, found }) => ({ name, ok: !found.length })) }))
process.exit(results.some(({ found }) => found.length) ? 1 : 0)
