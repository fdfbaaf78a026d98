// A refusal in the words and the JSON shape of OpenAI's API. It knows no route.

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code: string | null = null,
    readonly param: string | null = null,
    readonly type = status >= 500 ? 'server_error' : 'invalid_request_error',
  ) {
    super(message);
  }

  toBody(): {
    error: { message: string; type: string; code: string | null; param: string | null };
  } {
    const { message, type, code, param } = this;
    return { error: { message, type, code, param } };
  }
}
