// Shows /api/openapi.json: an index with a filter, each operation with parameters, body and answers, and every schema.
const methods = ['get', 'post', 'put', 'patch', 'delete']

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  node.append(...children.filter((child) => child !== null && child !== undefined))
  return node
}

const schemaName = (schema) => schema?.$ref?.split('/').pop()

function typeText(schema) {
  if (!schema) return ''
  if (schema.$ref) return schemaName(schema)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  for (const key of ['oneOf', 'anyOf']) if (schema[key]) return schema[key].map(typeText).join(' | ')
  if (schema.allOf) return schema.allOf.map(typeText).join(' & ')
  const type = [].concat(schema.type ?? 'any').join(' | ')
  if (schema.type === 'array') return `${typeText(schema.items)}[]`
  return schema.format ? `${type} (${schema.format})` : type
}

function typeNode(schema) {
  const code = element('code')
  for (const part of typeText(schema).split(/\b/))
    code.append(window.description.components.schemas[part] ? element('a', { href: `#schema-${part}` }, part) : part)
  return code
}

function table(caption, heads, rows) {
  if (rows.length === 0) return null
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)))
  const body = rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell ?? ''))))
  return element('table', {}, element('caption', { class: 'quiet' }, caption), element('thead', {}, head), element('tbody', {}, ...body))
}

function resolve(node) {
  return node?.$ref ? node.$ref.slice(2).split('/').reduce((at, part) => at?.[part], window.description) : node
}

function content(node) {
  const entries = Object.entries(resolve(node)?.content ?? {})
  return entries.length > 0 ? element('span', {}, ...entries.flatMap(([type, media]) => [typeNode(media.schema), ` ${type} `])) : '—'
}

function operationNode({ path, method, operation, shared }) {
  const parameters = [...shared, ...(operation.parameters ?? [])].map(resolve)
  return element('article', { id: operation.operationId, 'aria-labelledby': `title-${operation.operationId}` },
    element('h3', { id: `title-${operation.operationId}` }, element('span', { class: 'method' }, method.toUpperCase()), element('code', { class: 'path' }, path)),
    element('p', {}, operation.summary ?? ''),
    operation.description ? element('p', { class: 'quiet' }, operation.description) : null,
    element('p', { class: 'quiet' }, `${operation.operationId} · access: ${operation['x-access']}`),
    table('Parameters', ['name', 'in', 'type', 'meaning'], parameters.map((one) => [element('code', {}, one.name), `${one.in}${one.required ? ', required' : ''}`, typeNode(one.schema), one.description])),
    operation.requestBody ? element('p', {}, 'Body: ', content(operation.requestBody)) : null,
    table('Answers', ['status', 'content', 'meaning'], Object.entries(operation.responses ?? {}).map(([status, answer]) => [status, content(answer), resolve(answer)?.description])))
}

function schemaNode(name, schema) {
  const required = new Set(schema.required ?? [])
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => [element('code', {}, key), `${required.has(key) ? '' : 'optional'}`, typeNode(value), value.description])
  return element('article', { id: `schema-${name}` }, element('h3', {}, element('code', {}, name)),
    schema.description ? element('p', {}, schema.description) : null,
    rows.length > 0 ? table('Fields', ['name', '', 'type', 'meaning'], rows) : element('p', {}, typeNode(schema)))
}

function operationsByTag(description) {
  const groups = new Map()
  for (const [path, item] of Object.entries(description.paths))
    for (const method of methods.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? 'other'
      groups.set(tag, [...(groups.get(tag) ?? []), { path, method, operation: item[method], shared: item.parameters ?? [] }])
    }
  return groups
}

function showIndex(groups, word) {
  const wanted = word.toLowerCase()
  const matches = ({ path, operation }) => `${path} ${operation.operationId} ${operation.summary}`.toLowerCase().includes(wanted)
  let count = 0
  const parts = []
  for (const [tag, operations] of groups) {
    const found = operations.filter(matches)
    if (found.length === 0) continue
    count += found.length
    parts.push(element('h2', {}, tag), element('ul', {}, ...found.map(({ operation }) => element('li', {}, element('a', { href: `#${operation.operationId}` }, operation.operationId)))))
  }
  document.getElementById('index').replaceChildren(...parts)
  document.getElementById('count').textContent = `${count} operations`
}

const answer = await fetch('/api/openapi.json')
window.description = await answer.json()
const groups = operationsByTag(window.description)
const about = new Map((window.description.tags ?? []).map((tag) => [tag.name, tag.description]))
const main = document.getElementById('content')
main.replaceChildren()
for (const [tag, operations] of groups)
  main.append(element('h2', {}, tag), about.get(tag) ? element('p', { class: 'quiet' }, about.get(tag)) : '', ...operations.map(operationNode))
main.append(element('h2', {}, 'Schemas'), ...Object.entries(window.description.components.schemas).map(([name, schema]) => schemaNode(name, schema)))
const filter = document.getElementById('filter')
filter.addEventListener('input', () => showIndex(groups, filter.value))
showIndex(groups, '')
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView()
