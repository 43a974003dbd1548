// Every answer of the server is held against the description in api/.
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type Content = Record<string, unknown>;
interface Responses {
  [status: string]: { $ref?: string; content?: Content };
}
interface Operation {
  operationId: string;
  'x-access': string;
  responses: Responses;
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { responses?: Responses };
}

const pointer_part = (part: string) => part.replace(/~/g, '~0').replace(/\//g, '~1');

export class Contract {
  readonly description: Description;
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  private readonly checks = new Map<string, ValidateFunction>();

  constructor(file: string) {
    this.description = JSON.parse(readFileSync(file, 'utf8'));
    formats.default(this.ajv);
    this.ajv.addSchema(this.description, 'api');
  }

  /** The template of a path: "/api/cases/7" → "/api/cases/{id}". */
  template(path: string, method: Method): string | undefined {
    const parts = path.split('/');
    const fits = (template: string) => {
      const wanted = template.split('/');
      return wanted.length === parts.length && wanted.every((part, i) => part.startsWith('{') || part === parts[i]);
    };
    const found = Object.keys(this.description.paths).filter(
      (template) => fits(template) && this.description.paths[template]?.[method.toLowerCase()],
    );
    return found.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }

  /** What of the answer is not as described; empty: it is. */
  problems(method: Method, path: string, status: number, type: string, body: unknown): string[] {
    const template = this.template(path, method);
    if (!template) return status === 404 || status === 405 ? [] : [`${method} ${path} is not described`];
    const operation = this.description.paths[template]?.[method.toLowerCase()];
    if (!operation) return [`${method} ${template} is not described`];
    const key = operation.responses[String(status)] ? String(status) : 'default';
    const base = this.pointer(template, method, key, operation);
    if (!base) return [`${method} ${template} does not describe status ${status}`];
    const content = base.content;
    if (!content) return body === undefined ? [] : [`${method} ${template} ${status} describes no body`];
    const media = Object.keys(content).find((name) => type.startsWith(name));
    if (!media) return [`${method} ${template} ${status} answers ${type}, described are ${Object.keys(content)}`];
    if (!media.endsWith('json')) return [];
    return this.violations(
      `${base.pointer}/content/${pointer_part(media)}/schema`,
      body,
      `${method} ${template} ${status}`,
    );
  }

  private pointer(template: string, method: Method, status: string, operation: Operation) {
    const answer = operation.responses[status];
    if (!answer) return undefined;
    if (!answer.$ref)
      return {
        pointer: `#/paths/${pointer_part(template)}/${method.toLowerCase()}/responses/${status}`,
        content: answer.content,
      };
    const name = answer.$ref.split('/').pop() ?? '';
    return { pointer: answer.$ref, content: this.description.components.responses?.[name]?.content };
  }

  private violations(pointer: string, body: unknown, where: string): string[] {
    let check = this.checks.get(pointer);
    if (!check) {
      check = this.ajv.compile({ $ref: `api${encodeURI(pointer)}` });
      this.checks.set(pointer, check);
    }
    if (check(body)) return [];
    return (check.errors ?? []).map(
      (error) => `${where}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  }
}
