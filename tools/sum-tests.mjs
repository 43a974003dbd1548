// Sums the reports of all runners (GoogleTest, Vitest, Playwright, check) and closes with the one line that counts.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = process.argv[2]
const sum = { passed: 0, failed: 0, skipped: 0 }
const failures = []
const told_again = []

function add(state, name) {
  sum[state] += 1
  if (state === 'failed') failures.push(name)
}

function googletest(report) {
  for (const suite of report.testsuites)
    for (const test of suite.testsuite) {
      const skipped = test.result === 'SKIPPED' || test.status === 'NOTRUN'
      add(test.failures?.length ? 'failed' : skipped ? 'skipped' : 'passed', `${suite.name}.${test.name}`)
    }
}

function vitest(report) {
  for (const file of report.testResults) {
    // A file whose set-up failed: its tests count as skipped only.
    const red = file.assertionResults.some((test) => test.status === 'failed')
    if (file.status === 'failed' && !red) add('failed', file.name)
    for (const test of file.assertionResults)
      add({ passed: 'passed', failed: 'failed' }[test.status] ?? 'skipped', test.fullName)
  }
}

function playwright(suite, path = []) {
  for (const spec of suite.specs ?? [])
    for (const test of spec.tests) {
      const name = [...path, spec.title].join(' › ')
      if (test.status === 'flaky') told_again.push(name)
      add({ expected: 'passed', flaky: 'passed', skipped: 'skipped' }[test.status] ?? 'failed', name)
    }
  for (const inner of suite.suites ?? []) playwright(inner, [...path, inner.title])
}

function read(name) {
  let report
  try {
    report = JSON.parse(readFileSync(join(directory, name), 'utf8'))
  } catch (error) {
    return add('failed', `${name}: ${error.message}`)
  }
  if (report.testsuites) googletest(report)
  else if (report.testResults) vitest(report)
  else if (report.suites) {
    playwright(report)
    for (const error of report.errors ?? []) add('failed', error.message)
  } else if (report.checks) for (const check of report.checks) add(check.ok ? 'passed' : 'failed', `check: ${check.name}`)
  else add('failed', `${name}: not a report`)
}

for (const name of readdirSync(directory).filter((name) => name.endsWith('.json'))) read(name)
if (told_again.length) console.log(`\nPassed only when told again, a bug to find:\n${told_again.map((name) => `  ${name}`).join('\n')}`)
if (failures.length) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`)
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exit(sum.failed > 0 || sum.passed === 0 ? 1 : 0)
