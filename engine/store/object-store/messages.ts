import { XMLParser } from 'fast-xml-parser';

export interface StoredObject {
  key: string;
  bytes: number;
  /** As the store gives it, in quotes. */
  etag: string;
}

export interface ListPage {
  objects: StoredObject[];
  /** Common prefixes, each with its delimiter at the end. */
  folders: string[];
  /** For the next page. */
  token?: string;
}

interface ListAnswer {
  ListBucketResult?: {
    EncodingType?: string;
    NextContinuationToken?: string;
    Contents?: { Key: string; Size: string; ETag?: string }[];
    CommonPrefixes?: { Prefix: string }[];
  };
}

interface RoleAnswer {
  AssumeRoleWithWebIdentityResponse?: {
    AssumeRoleWithWebIdentityResult?: {
      Credentials?: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string; Expiration?: string };
    };
  };
}

interface RefusalAnswer {
  Error?: { Code?: string; Message?: string };
  /** Of the service that gives keys. */
  ErrorResponse?: RefusalAnswer;
}

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  htmlEntities: true, // also numbered ones: &#39;
  isArray: (name) => name === 'Contents' || name === 'CommonPrefixes',
});

/** A key as it stands in a path: everything escaped but slashes and what RFC 3986 calls unreserved. */
export function encodeKey(key: string): string {
  return key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');
}

/** Reads the answer of ListObjectsV2. */
export function listPage(text: string): ListPage {
  const result = (parser.parse(text) as ListAnswer).ListBucketResult ?? {};
  const decoded = (name: string) =>
    result.EncodingType === 'url' ? decodeURIComponent(name.replaceAll('+', '%20')) : name;
  return {
    objects: (result.Contents ?? []).map(({ Key, Size, ETag }) => ({
      key: decoded(Key),
      bytes: Number(Size),
      etag: ETag ?? '',
    })),
    folders: (result.CommonPrefixes ?? []).map(({ Prefix }) => decoded(Prefix)),
    ...(result.NextContinuationToken ? { token: result.NextContinuationToken } : {}),
  };
}

/** Reads the answer that begins an upload in parts. */
export function uploadId(text: string): string {
  const answer = parser.parse(text) as { InitiateMultipartUploadResult?: { UploadId?: string } };
  return answer.InitiateMultipartUploadResult?.UploadId ?? '';
}

/** Reads the keys of a role, and until when they hold (UTC epoch milliseconds); undefined where the answer has none. */
export function roleAnswer(
  text: string,
): { accessKeyId: string; secretAccessKey: string; sessionToken: string; until: number } | undefined {
  const { AssumeRoleWithWebIdentityResponse: answer } = parser.parse(text) as RoleAnswer;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } =
    answer?.AssumeRoleWithWebIdentityResult?.Credentials ?? {};
  const until = Date.parse(Expiration ?? '');
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Number.isNaN(until)) return undefined;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, until };
}

/** Code and message of a refusal; empty where the answer is no XML. */
export function errorOf(text: string): { code: string; message: string } {
  try {
    const { Error: alone, ErrorResponse: response } = parser.parse(text) as RefusalAnswer;
    const error = alone ?? response?.Error;
    return { code: error?.Code ?? '', message: error?.Message ?? '' };
  } catch {
    return { code: '', message: '' };
  }
}
