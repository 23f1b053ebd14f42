// The words in which gateways and relays, also Chinese ones, say what is wrong: one list for whatever is sent and for
// the doctor.

/** Gateways answer 400, 403 and 503 for a model they do not have; it stays wrong however often it is tried. */
export const modelMissing =
  /no available (channels?|\w+ accounts?)|无可用(渠道|账[号户])|нет доступных каналов|model_not_found|\brequested model is not supported\b|\bmodel (specified|in) (in )?your request is not configured|\bno models? (is |are )?loaded\b|on-demand throughput isn.t supported|\bmodel\b.{0,80}\b(not found|does not exist)\b|no route named \S+ is configured|is not a valid model\b|模型.{0,12}(不存在|未找到|不支持|无效|已下线)|不支持.{0,8}模型/i;

/** Codes that name the model, whatever the words say (Azure, Databricks). */
export const modelCodes = /^(model_not_found|model_not_supported|DeploymentNotFound|ENDPOINT_NOT_FOUND)$/;

/** Who routes says it of a name nobody has, and as well where all who had it are switched off or busy. */
export const channelMissing =
  /no available (channels?|\w+ accounts?)|无可用(渠道|账[号户])|нет доступных каналов/i;

/** The model exists, and is not for this key. */
export const modelForbidden =
  /暂无该模型访问权限|无权(访问|使用).{0,12}分组|分组.{0,8}(被?禁用|无权)|无权(访问|使用).{0,12}模型|模型.{0,10}(无权|没有权限|未授权|未开通)|\bnot (allowed|permitted|authorized) to (access|use) (this |the )?model\b|model_access_denied|\bcan only access models?\b|\b(no|don.t have) access to (this|the) model\b|\bthis model requires a subscription\b/i;

/** OpenRouter: the model is there, and the privacy settings of the account leave nobody who may serve it. */
export const policyExcludes = /\bendpoints (found|available) matching your\b/i;

/** A key, or the channel it leads to, that serves certain programs only. */
export const clientsOnly =
  /allowedClients|only (accepts?|allows?|supports?)[^.]{0,40}(claude code|client)|only (authorized for|for|be)( use| used)? (with|in|by) claude code|client[^.]{0,30}not allowed|请使用.{0,10}claude ?code|(仅|只)(限|支持|允许).{0,10}claude ?code/i;

/** The name of the model chooses a provider, and the gateway has none of that name. */
export const providerMissing = /\bprovider\b.{0,80}\b(not found|does not exist|unknown)\b/i;

/** What frameworks, LM Studio and Zhipu answer for a path they do not have, also with 200: never about a model. */
export const notRouted =
  /^(not found|404 not_found|route (get|post):\S* not found|cannot (get|post) \/.*|unexpected endpoint or method\b.*)$/i;

/** Another provider's name in a refusal: who relays it was let in himself. */
export const providerWords =
  /\b(Anthropic|OpenAI|Azure\w*|Bedrock|Vertex\w*|Gemini|Groq|Mistral|Cohere|DeepSeek|OpenRouter)Exception\b|\berror from provider\b|\bprovider\s+['"]?[\w.-]+['"]?\s+(returned|responded|answered)\b|上游/i;

/** A key that is refused with another status than 401. */
export const keyInvalid =
  /\b(invalid|incorrect) (api[ _-]?key|access token)\b|\blogin fail:|\bsecurity token\b[^.]{0,40}\b(invalid|expired)\b|\bapi key not valid\b|API_KEY_INVALID|无效的令牌|令牌.{0,8}(无效|过期|不存在|禁用)|(密钥|api ?key).{0,6}(无效|错误|不存在|过期)/i;

const keyMissing =
  /(x-api-key|authorization|api[- ]?key|\btoken|credentials?)[^.]{0,40}(header )?(is |are |was )?(required|missing|not provided|absent|empty)|(missing|no|without)( an?| the)? (x-api-key|authorization|bearer|api[- ]?key|auth|token|credentials?)\b|未提供.{0,8}(令牌|密钥|key|token)?|缺少.{0,6}(令牌|密钥|api ?key|token)/i;

/** No key came. Fields of the body are missing, too, and some of them have "token" in their names. */
export const isKeyMissing = (words: string): boolean =>
  keyMissing.test(words) && !/\bmessages\b|max_tokens/i.test(words);

/** The account behind a key, not the key. */
export const accountRefused =
  /\b(account|organi[sz]ation|user)\b.{0,30}\b(suspended|banned|deactivated|disabled)\b|用户.{0,6}(封禁|禁用|停用)/i;

/** The same, in a refusal that may as well be about a field of the request. */
export const accountOff =
  /\b(account|organi[sz]ation|user) (has been|is|was)( \w+)? (suspended|banned|deactivated|disabled)\b|用户.{0,6}(封禁|禁用|停用)/i;

/** A key came, and is named as the one that is wrong. */
export const keyUnknown =
  /\b(invalid|incorrect|wrong|bad|unknown|malformed) (\w+ )?(x-api-key|api[ _-]?key|key|token|credentials?)\b|\b(key|token)\b.{0,20}\b(not (found|valid|recogni[sz]ed)|invalid|unknown|does not exist)/i;

/** LiteLLM without a database says this to every key that is not its master key. */
export const masterKeyOnly = /no_db_connection|\bno connected db\b/i;

/** The budget of a key or of a team, not the credit of an account. */
export const budgetSpent =
  /令牌.{0,8}额度|额度.{0,4}(已?用[尽完]|超限|耗尽)|budget_?\s?exceeded|exceeded.{0,20}budget|budget has been exceeded|key limit exceeded|cost_limit|\b((usage|spend(ing)?|credit|daily|weekly|monthly)_)?limit_exceeded|(daily|weekly|monthly|usage|spend(ing)?) limit/i;

/** A window that is named ends by itself, however the money is called. */
export const limitWindow = /\bresets?\b.{0,30}\d|\b(daily|weekly|monthly|per day)\b/i;

const spendLimit = /enforced_spend_limit|contract_spend_limit|specified API usage limits/i;

/** Whether words (type, code and message) tell of a budget that is used up; 429 has more to say about that. */
export const isBudgetSpent = (words: string, status: number): boolean =>
  spendLimit.test(words) ||
  (([400, 402, 403].includes(status) || /额度/.test(words)) && budgetSpent.test(words)) ||
  ([402, 403].includes(status) && limitWindow.test(words));

/** An account without credit, under any status. */
const creditSpent =
  /\bArrearage\b|余额|用户.{0,4}额度|额度不足|预扣费|欠费|请充值|credit balance|\binsufficient[_ ](user[_ ]|account[_ ])?(quota|balance|credits?|funds)\b|\b(balance|credits?|funds) (is|are) (insufficient|not enough|too low)\b|\bnot enough (balance|credits?|funds)\b|\b(out of|no|any|more) credits\b|\baccount\b.{0,20}\barrears\b|\boverdue balance\b|\bexceeded_current_quota|\bpayment required\b|\bbilling_/i;

/** Also said of what is too fast, with 429; the header is one that Claude Code sends. */
const billing = /\bbilling\b(?!-header)/i;

/** Whether words (type, code and message) tell of an account without credit, or of one that cannot be billed. */
export const isCreditSpent = (words: string, status: number): boolean =>
  status === 402 || creditSpent.test(words) || (status !== 429 && billing.test(words));

/** The model, or what serves it, takes no tools (Ollama, OpenRouter, vLLM, llama.cpp). */
export const toolsRefused =
  /(does ?n[o']t|not|no endpoints found that) support[^.]{0,30}\b(tools?|function)|\b(tools?|tool[_ ](use|calls?|choice)|functions?|function[ _]calling)\b[^.]{0,40}(not (supported|enabled|available)|unsupported)|enable-auto-tool-choice|tools param requires/i;

/** The model takes no pictures. */
export const picturesRefused =
  /(does ?n[o']t|not|no endpoints found that) support[^.]{0,30}\b(images?|pictures?|vision|multimodal)|\b(images?|pictures?|vision)( inputs?| content)? (is|are) (not supported|unsupported)|model .{0,60}not.{0,10}(multimodal|vision)/i;

/** A gateway that does not get through to what is behind it. */
export const unreachable =
  /error sending request for url|no target selected|connection refused|ECONNREFUSED|dial tcp|connection error|no such host|(?<!backend )fetch failed|cannot connect to host|all connection attempts failed/i;

/** The native type of an overload, quoted by a gateway that has another status for it (LiteLLM: 500), or its words. */
export const overloadQuoted =
  /\boverloaded_error\b|\b(is|are) (currently |temporarily )?overloaded\b|\bmodel overloaded\b/i;

/** What 429 says, where an error has no status: inside a stream, or in a 200. */
export const tooMany =
  /\bquota\b.{0,20}\bexceeded\b|\brate[ _-]?limit|\btoo many requests\b|\brequest limit\b/i;

/** The program that runs the model has ended, or did not get it into memory; also under 400 (LM Studio). */
export const modelCrashed = /\bmodel has crashed\b|\bfailed to load (the )?model\b/i;

/** What Groq says, with 413, to one request that is larger than what may be used in a minute. */
export const aboveRate = /\btokens per minute\b.{0,20}\bLimit \d+, Requested \d+/i;

/** A server that has not read its model into memory yet. */
export const loadingModel = /\bloading model\b|\bmodel is (still )?loading\b/i;
