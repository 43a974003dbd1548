// Merges api/*.yaml into build/api/openapi.json and refuses what would mislead its readers. usage: bundle-api.mjs [OUTPUT]
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const output = process.argv[2] ?? join(root, 'build/api/openapi.json')
const methods = ['get', 'post', 'put', 'patch', 'delete']
const errors = []

function readFragments() {
  return readdirSync(join(root, 'api'))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name, content: parse(readFileSync(join(root, 'api', name), 'utf8')) ?? {} }))
}

// References may name the file for the reader's sake: platform.yaml#/components/… is #/components/… of the whole.
function localRefs(node) {
  if (Array.isArray(node)) return node.map(localRefs)
  if (node === null || typeof node !== 'object') return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) =>
      key === '$ref' && typeof value === 'string' ? [key, value.replace(/^[^#]*#/, '#')] : [key, localRefs(value)],
    ),
  )
}

function mergeInto(target, source, where) {
  for (const [key, value] of Object.entries(source ?? {})) {
    if (key in target) errors.push(`${where}: ${key} is declared twice`)
    target[key] = value
  }
}

function merge(fragments) {
  const whole = {
    openapi: '3.1.0',
    info: { title: 'Auricle', version: '1', description: 'The API of the patient service desk.', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: [],
    paths: {},
    components: {},
  }
  for (const { name, content } of fragments) {
    const { paths, components, tags } = localRefs(content)
    mergeInto(whole.paths, paths, `api/${name} paths`)
    for (const [kind, entries] of Object.entries(components ?? {}))
      mergeInto((whole.components[kind] ??= {}), entries, `api/${name} components.${kind}`)
    whole.tags.push(...(tags ?? []))
  }
  return whole
}

function checkOperations(whole) {
  const seen = new Map()
  for (const [path, item] of Object.entries(whole.paths))
    for (const method of methods.filter((name) => item[name])) {
      const operation = item[method]
      const where = `${method.toUpperCase()} ${path}`
      if (!operation.operationId) errors.push(`${where}: no operationId`)
      else if (seen.has(operation.operationId)) errors.push(`${where}: operationId ${operation.operationId} is also that of ${seen.get(operation.operationId)}`)
      seen.set(operation.operationId, where)
      if (!operation['x-access']) errors.push(`${where}: no x-access (open, signed_in or a permission)`)
      checkParameters(where, path, [...(item.parameters ?? []), ...(operation.parameters ?? [])], whole)
    }
}

function checkParameters(where, path, parameters, whole) {
  const declared = parameters.map((one) => (one.$ref ? resolve(whole, one.$ref) : one)).filter((one) => one?.in === 'path').map((one) => one.name)
  const used = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1])
  for (const name of used.filter((name) => !declared.includes(name))) errors.push(`${where}: path parameter ${name} is not declared`)
  for (const name of declared.filter((name) => !used.includes(name))) errors.push(`${where}: declares ${name}, which is not in the path`)
}

function resolve(whole, ref) {
  return ref.slice(2).split('/').reduce((node, part) => node?.[part.replace(/~1/g, '/').replace(/~0/g, '~')], whole)
}

function checkRefs(whole, node = whole, trail = '#') {
  if (node === null || typeof node !== 'object') return
  if (typeof node.$ref === 'string' && resolve(whole, node.$ref) === undefined) errors.push(`${trail}: ${node.$ref} does not exist`)
  for (const [key, value] of Object.entries(node)) checkRefs(whole, value, `${trail}/${key}`)
}

const whole = merge(readFragments())
checkOperations(whole)
checkRefs(whole)
if (errors.length > 0) {
  for (const error of errors) console.error(error)
  process.exit(1)
}
mkdirSync(dirname(output), { recursive: true })
writeFileSync(output, `${JSON.stringify(whole, null, 1)}\n`)
