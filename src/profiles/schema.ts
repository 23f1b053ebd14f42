// The part of JSON Schema in which the shape of config.json is written, and the check of a value against it: by hand,
// because loading a validator would cost `send` 20 ms.
import { isObject } from '../text/json.ts';

export type Schema = {
  readonly type?: 'string' | 'integer' | 'number' | 'array' | 'object';
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly anyOf?: readonly Schema[];
};

/** Whether a value is what its schema says. Fields that no schema names are others' and may be anything. */
export function matches(schema: Schema, value: unknown): boolean {
  return (
    (schema.type === undefined || isOfType[schema.type](value)) &&
    (schema.enum === undefined || (schema.enum as readonly unknown[]).includes(value)) &&
    (schema.anyOf === undefined || schema.anyOf.some((one) => matches(one, value))) &&
    (typeof value !== 'number' || value >= (schema.minimum ?? Number.NEGATIVE_INFINITY)) &&
    (typeof value !== 'string' || value.length >= (schema.minLength ?? 0)) &&
    (!Array.isArray(value) || hasItems(schema, value)) &&
    (!isObject(value) || hasFields(schema, value))
  );
}

const isOfType: { readonly [T in NonNullable<Schema['type']>]: (value: unknown) => boolean } = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  number: Number.isFinite,
  array: Array.isArray,
  object: isObject,
};

const hasItems = ({ items, minItems = 0 }: Schema, list: readonly unknown[]): boolean =>
  list.length >= minItems && (items === undefined || list.every((item) => matches(items, item)));

function hasFields(
  { properties = {}, required = [], additionalProperties: others }: Schema,
  object: Readonly<Record<string, unknown>>,
): boolean {
  return (
    required.every((name) => Object.hasOwn(object, name)) &&
    Object.entries(object).every(([name, value]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : others;
      return schema === undefined || matches(schema, value);
    })
  );
}
