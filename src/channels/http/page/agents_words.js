// What the agents' page says, in its two languages, and the names of fields of records in Chinese.

export const WORDS = {
  zh: {
    title: '客服工作台', other: 'English', skip: '跳到对话', report: '统计', leave: '退出',
    signIn: '请出示密钥', signInAbout: '用 beian key create --scope agent 生成的密钥。它只留在这个标签页里，关掉就没了。',
    key: '密钥', name: '您的称呼（可不填）', enter: '进入', badKey: '这个密钥不对，或者已经停用。', notAgent: '这个密钥不是客服用的（需要 agent 权限）。',
    waiting: '等人工的对话', nobody: '现在没有人在等。', open: '打开', openOne: '按编号打开对话',
    queues: '渠道队列', noQueues: '队列里没有东西。', queued: (waiting, dead) => `待处理 ${waiting}，已放弃 ${dead}`,
    dead: '已放弃的任务', tries: (count) => `试过 ${count} 次`,
    choose: '从左边选一段对话。', none: '没有这个编号的对话。', gone: '这段对话已经没有记录了。',
    state: { open: '等待中', taken: '人工处理中', closed: '已结束' },
    speaker: { assistant: '助手在答', human: '人工在答' },
    why: { asked: '要求人工', failures: '连续没有答案', anger: '用户不满', unanswered: '没有答案' },
    topic: (topic) => `人工处理的事项：${topic}`, colon: '：', comma: '，',
    unknownUser: '未关联', take: '接手', giveBack: '交还助手', takenBy: (name) => `${name} 在处理`,
    user: '用户', bot: '助手的回答', proposal: '建议回复', propose: '看助手会怎么答', noProposal: '没有建议。',
    silent: '人工处理中，助手没有作答。', sources: '出处',
    fill: '填入', send: '发送', sendThis: '直接发送', copy: '复制', copied: '已复制', notCopied: '没能复制，请手动选中复制。',
    answer: '您的回复', answerAbout: '会发给用户。', copyAbout: '这个渠道不能从这里发送，请复制到原来的地方。',
    sent: '已交给渠道发送', said: '人工回复', empty: '先写点什么。', took: '已接手，助手不再作答。', gaveBack: '已交还，助手继续作答。',
    records: '客户的记录', noAccount: '没有关联的账号。', noRecords: '没有这个账号的记录。',
    search: '查知识库', find: '查', nothing: '没有查到。', asOf: (date) => `截至 ${date}`,
    packet: '转人工时已知', slots: '已知信息', tried: '已经答过的内容',
    failed: '没能取到，请稍后再试。', lost: '连不上服务器，稍后会再试。', refused: '只有客服能做这件事。',
    missed: '这段对话已经被处理了，列表已更新。', loading: '正在取…',
    words: { table: '表格', newTab: '（在新标签页打开）' },
  },
  en: {
    title: "Agents' desk", other: '中文', skip: 'Skip to the conversation', report: 'Report', leave: 'Sign out',
    signIn: 'Show your key', signInAbout: 'A key made with beian key create --scope agent. It stays in this tab and is gone when you close it.',
    key: 'Key', name: 'Your name (optional)', enter: 'Enter', badKey: 'This key is wrong, or revoked.', notAgent: 'This key is not for agents (it needs the scope agent).',
    waiting: 'Waiting for a person', nobody: 'Nobody is waiting.', open: 'Open', openOne: 'Open a conversation by its name',
    queues: 'Queues of the channels', noQueues: 'The queues are empty.', queued: (waiting, dead) => `${waiting} waiting, ${dead} given up`,
    dead: 'Given up', tries: (count) => `tried ${count} times`,
    choose: 'Choose a conversation on the left.', none: 'There is no conversation of this name.', gone: 'Nothing is kept of this conversation any more.',
    state: { open: 'Waiting', taken: 'With a person', closed: 'Over' },
    speaker: { assistant: 'The assistant answers', human: 'A person answers' },
    why: { asked: 'Asked for a person', failures: 'No answer twice', anger: 'Upset', unanswered: 'No answer' },
    topic: (topic) => `A topic for people: ${topic}`, colon: ': ', comma: ', ',
    unknownUser: 'not linked', take: 'Take over', giveBack: 'Give back', takenBy: (name) => `${name} has it`,
    user: 'User', bot: "The assistant's answer", proposal: 'Proposed answer', propose: 'What would the assistant say?', noProposal: 'No proposal.',
    silent: 'A person has the conversation: the assistant did not answer.', sources: 'Sources',
    fill: 'Insert', send: 'Send', sendThis: 'Send this', copy: 'Copy', copied: 'Copied', notCopied: 'Not copied: please mark and copy it by hand.',
    answer: 'Your answer', answerAbout: 'It goes to the user.', copyAbout: 'This channel cannot be reached from here: copy the answer to where it came from.',
    sent: 'Left with the channel to be sent', said: 'A person answered', empty: 'Write something first.', took: 'Yours now: the assistant is silent.', gaveBack: 'Given back: the assistant answers again.',
    records: "The customer's records", noAccount: 'No account is linked.', noRecords: 'Nothing is on record of this account.',
    search: 'Search the knowledge base', find: 'Search', nothing: 'Nothing found.', asOf: (date) => `as of ${date}`,
    packet: 'Known at the hand-over', slots: 'Known', tried: 'Answered from',
    failed: 'That could not be loaded. Please try again later.', lost: 'The server cannot be reached; trying again soon.', refused: 'Only agents may do this.',
    missed: 'Somebody has dealt with this conversation; the list is up to date now.', loading: 'Loading…',
    words: { table: 'Table', newTab: ' (opens in a new tab)' },
  },
};

/** Kinds of records, in the order in which agents look at them. */
export const KINDS = {
  orders: '订单', entities: '主体', websites: '网站', domains: '域名', instances: '服务器', service_numbers: '服务号', accounts: '账号',
};

export const FIELDS = {
  id: '编号', name: '名称', number: '号码', type: '类型', state: '状态', province: '省份', domains: '域名', entity: '主体', instance: '服务器',
  waiting_for: '等待', rejections: '驳回', events: '经过', stage: '环节', reason: '原因', note: '说明', at: '时间', event: '事件',
  nature: '性质', id_type: '证件类型', id_number: '证件号码', icp_number: '备案号', status: '状态', filed_with: '备案在', filed_on: '备案日期',
  person: '负责人', phone: '电话', legal_representative: '法定代表人', resolves_to: '解析到', registrar: '注册商', registrar_approved: '注册商已批复',
  expires_on: '到期', holder: '持有者', real_name: '实名认证', verified_on: '认证日期', product: '产品', region: '地域', billing: '付费方式', months: '月数',
  public_bandwidth: '公网带宽', amount_yuan: '金额（元）', plan: '套餐', used_by: '用于订单', account: '账号', site: '站点',
};
