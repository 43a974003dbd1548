// Invented people and cases.
export function seed() {
  let next = 1000;
  const id = () => next++;
  const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const user = (n, name, presence = 'available') => ({
    id: n,
    name,
    email: `${name.split(' ')[0].toLowerCase()}@clinicadelmar.example`,
    active: true,
    language: 'en',
    presence,
    memberships: [],
    second_factor_enabled: false,
    last_seen_at: null,
    version: 1,
  });
  const users = [
    user(1, 'Lucía Moreno'),
    user(2, 'Pau Vila', 'busy'),
    user(3, 'Inés Robles', 'break'),
    user(4, 'Dr Vidal', 'offline'),
  ];
  const topic = (key, en, es, fr, ca) => ({
    id: id(),
    key,
    names: { en, es, fr, ca },
    position: 1,
    active: true,
    version: 1,
  });
  const topics = [
    topic('billing', 'Billing', 'Facturación', 'Facturation', 'Facturació'),
    topic('appointment', 'Appointments', 'Citas', 'Rendez-vous', 'Cites'),
    topic('results', 'Results', 'Resultados', 'Résultats', 'Resultats'),
    topic('insurance', 'Insurers', 'Aseguradoras', 'Assurances', 'Assegurances'),
  ];
  const point = (system, value, verified) => ({
    id: id(),
    system,
    value,
    display: value,
    label: null,
    preferred: false,
    verified,
    verified_at: null,
    verified_by: null,
    verification_method: null,
    shared_with: [],
  });
  const patient = (n, given_name, family_name, age, language, more = {}) => ({
    id: n,
    version: 1,
    provisional: false,
    is_patient: true,
    given_name,
    family_name,
    display_name: `${given_name} ${family_name}`.trim(),
    birth_date: `${2026 - age}-05-12`,
    age,
    sex: 'female',
    pronouns: null,
    language,
    preferred_channel: null,
    created_at: '2019-03-01T10:00:00Z',
    contact_points: [point('email', `${given_name.toLowerCase()}@example.fr`, true)],
    relationships: [],
    identifiers: [],
    needs: [],
    note_count: 0,
    ...more,
  });
  const camille = patient(10, 'Camille', 'Lefèvre', 38, 'fr', {
    pronouns: 'she/her',
    preferred_channel: 'email',
    needs: [{ kind: 'vision', detail: 'read-aloud' }],
    contact_points: [point('phone', '+33 6 12 34 56 78', true), point('email', 'camille.lefevre@example.fr', true)],
  });
  camille.relationships = [
    {
      id: id(),
      person: { id: 10, display_name: 'Camille Lefèvre', provisional: false },
      patient: { id: 19, display_name: 'Louise Lefèvre', provisional: false },
      relation: 'parent',
      authority: 'full',
      valid_from: null,
      valid_to: null,
      evidence: null,
      active: true,
    },
  ];
  const patients = [
    camille,
    patient(11, 'Joan', 'Ferrer Puig', 61, 'ca'),
    patient(12, 'Oliver', 'Bennett', 41, 'en'),
    patient(13, 'María del Carmen', 'Ortiz de Zárate y Fernández de Córdoba', 57, 'es'),
    patient(14, 'Núria', 'Casals', 33, 'ca'),
    patient(15, 'Fatima Zahra', 'El Amrani', 29, 'fr'),
    patient(16, 'ليلى', 'حداد', 45, 'ar'),
    {
      ...patient(17, 'visitor.madrid@example.es', '', 0, null, {
        provisional: true,
        is_patient: false,
        age: null,
        birth_date: null,
        contact_points: [point('email', 'visitor.madrid@example.es', false)],
      }),
      display_name: 'visitor.madrid@example.es',
    },
    patient(18, 'Amy', 'Bennett', 6, 'en'),
    patient(19, 'Louise', 'Lefèvre', 6, 'fr'),
  ];
  const messages = [];
  const blank = (case_id) => ({
    id: id(),
    case_id,
    kind: 'message',
    direction: null,
    author_kind: 'person',
    author_id: null,
    person: null,
    channel: null,
    conversation_id: null,
    from: null,
    to: [],
    cc: [],
    subject: '',
    text: '',
    quoted: null,
    has_html: false,
    has_original: false,
    attachments: [],
    happened_at: new Date().toISOString(),
    language: null,
    auto_reply: false,
    warning: null,
    delivery: null,
    ack: false,
    event: null,
    erased: false,
  });
  const capabilities = {
    channel: 'email',
    can_send: true,
    html: true,
    subject: true,
    max_text: 0,
    max_attachment_bytes: 20_000_000,
    reply_window_s: null,
    template_outside_window: false,
    delivery_states: ['queued', 'sending', 'sent', 'failed', 'bounced'],
  };
  const cases = [];
  let number = 48_205;
  const ref = (p) => p && { id: p.id, display_name: p.display_name, provisional: p.provisional };
  const make = (p, title, text, minutes, more = {}) => {
    const case_id = id();
    const conversation = {
      id: id(),
      channel: 'email',
      subject: title,
      contact_point: {
        contact_point_id: p.contact_points.at(-1).id,
        system: 'email',
        value: p.contact_points.at(-1).display,
        name: p.display_name.includes('@') ? '' : p.display_name,
        person_id: p.id,
      },
      capabilities,
      open_until: null,
      blocked: null,
      contact_verified: !p.provisional,
      last_message_id: null,
    };
    const m = {
      ...blank(case_id),
      direction: 'in',
      person: ref(p),
      channel: 'email',
      conversation_id: conversation.id,
      from: conversation.contact_point,
      text,
      has_original: true,
      happened_at: ago(minutes),
      language: p.language,
    };
    messages.push(m);
    const one = {
      id: case_id,
      number: number++,
      version: 1,
      site_id: 1,
      state: 'open',
      patient: p.provisional ? null : ref(p),
      sender: ref(p),
      title,
      preview: text.replace(/\s+/g, ' ').slice(0, 120),
      channel: 'email',
      waiting_on: 'clinic',
      waiting_since: ago(minutes),
      due_at: null,
      unread: false,
      assignee_id: 1,
      priority: 'normal',
      topic: null,
      language: p.language,
      follow_up_at: null,
      snoozed_until: null,
      opened_at: ago(minutes),
      resolved_at: null,
      last_message_at: ago(minutes),
      needs_patient: p.provisional,
      sending: false,
      failed: false,
      has_attachments: false,
      intervals: [{ owner: 'clinic', from: ago(minutes), to: null }],
      conversations: [conversation],
      follow_up: null,
      last_message_id: m.id,
      linked_case_id: null,
      opened_by: 'patient',
      outcome: null,
      undo_resolve_until: null,
      sender_relation: null,
      ...more,
    };
    cases.push(one);
    return one;
  };
  make(
    patients[1],
    'Biopsy result: when can I expect it?',
    'Bon dia,\n\nFa deu dies que em van fer la biòpsia i encara no en sé res. Quan puc esperar el resultat?\n\nGràcies,\nJoan',
    138,
    { unread: true, due_at: ago(18), priority: 'high', topic: 'results' },
  );
  const main = make(
    camille,
    'Invoice 2026-1187 higher than expected',
    'Bonjour, ma facture indique 180 € mais mon assurance m’avait dit que la consultation était couverte. Je ne comprends pas. Pouvez-vous vérifier ?',
    26 * 60,
    { topic: 'billing', due_at: new Date(Date.now() + 4 * 60_000).toISOString(), waiting_since: ago(56) },
  );
  const add = (m) => (messages.push(m), m);
  const base = { conversation_id: main.conversations[0].id, channel: 'email' };
  messages.at(-1).quoted = 'Le 14 nov. 2026, Clínica del Mar a écrit :\n> Votre facture 2026-1187 est disponible.';
  add({
    ...blank(main.id),
    kind: 'event',
    author_kind: 'staff',
    author_id: 1,
    event: { type: 'topic', value: 'billing', previous: null },
    happened_at: ago(25 * 60),
  });
  add({
    ...blank(main.id),
    ...base,
    direction: 'out',
    author_kind: 'staff',
    author_id: 1,
    text: 'Merci Camille. Nous regardons votre facture et vous répondons demain avant 11 h 31.',
    delivery: { state: 'sent', leaves_at: null, reason: null, attempts: 1 },
    happened_at: ago(24 * 60),
  });
  add({
    ...blank(main.id),
    kind: 'event',
    author_kind: 'staff',
    author_id: 1,
    event: { type: 'waiting', value: 'third_party', previous: 'patient' },
    happened_at: ago(23 * 60),
  });
  add({
    ...blank(main.id),
    ...base,
    direction: 'in',
    person: ref(camille),
    text: 'Merci beaucoup. Je vous joins le courrier de mon assurance, au cas où.',
    attachments: [
      {
        id: id(),
        name: 'courrier-axa-prise-en-charge.pdf',
        size: 184_320,
        content_type: 'application/pdf',
        inline: false,
        content_id: null,
      },
    ],
    has_html: true,
    has_original: true,
    happened_at: ago(56),
    language: 'fr',
  });
  const html = new Map([
    [
      messages.at(-1).id,
      '<p style="font-family:Georgia">Merci beaucoup. Je vous joins le courrier de mon <b style="color:#b00">assurance</b>, au cas où.</p><table border=1><tr><td>Facture</td><td>180 €</td></tr></table><img src="https://tracker.example/pixel.gif"><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">lien</a>',
    ],
  ]);
  main.last_message_id = messages.at(-1).id;
  main.has_attachments = true;
  add({
    ...blank(main.id),
    kind: 'note',
    author_kind: 'staff',
    author_id: 1,
    text: '@Pau the authorisation from AXA arrived this morning but was not on file when we invoiced. Can you issue the corrected one?',
    happened_at: ago(28),
  });
  add({
    ...blank(main.id),
    kind: 'event',
    author_kind: 'staff',
    author_id: 2,
    event: { type: 'assigned', value: '1', previous: null },
    happened_at: ago(11),
  });
  main.intervals = [
    { owner: 'clinic', from: ago(26 * 60), to: ago(24 * 60) },
    { owner: 'patient', from: ago(24 * 60), to: ago(23 * 60) },
    { owner: 'third_party', from: ago(23 * 60), to: ago(56) },
    { owner: 'clinic', from: ago(56), to: null },
  ];
  make(
    patients[7],
    '¿Atienden con Sanitas Más Salud?',
    '¿Atienden con Sanitas Más Salud? Es para una primera visita de dermatología.',
    54,
    { unread: true, due_at: new Date(Date.now() + 6 * 60_000).toISOString() },
  );
  make(
    patients[3],
    'Certificado médico para el trabajo',
    'Buenos días:\n\nNecesito un certificado médico para el trabajo. ¿Cómo lo solicito?',
    22,
  );
  make(
    patients[2],
    'Move Amy’s vaccination',
    'Hello, could we move Amy’s vaccination to next week? She has a cold.',
    41,
    { patient: ref(patients[8]), sender: ref(patients[2]), sender_relation: 'parent', topic: 'appointment' },
  );
  make(patients[4], 'Canvi d’hora amb la Dra. Soler', 'Hola, podria canviar l’hora de dijous?', 80, {
    topic: 'appointment',
  });
  make(patients[5], 'Authorisation for MRI', 'Bonjour, avez-vous des nouvelles de mon assurance ?', 3 * 1440, {
    waiting_on: 'third_party',
    waiting_since: ago(2 * 1440),
    follow_up_at: new Date(Date.now() + 20 * 3_600_000).toISOString(),
    topic: 'insurance',
  });
  make(patients[6], 'موعد مع الدكتورة', 'مرحبا، أود تغيير موعدي يوم الخميس إلى الأسبوع المقبل. شكرا جزيلا.', 12, {
    unread: true,
    assignee_id: null,
  });
  const bad = make(patients[4], 'Resultat de l’analítica', 'Em podeu enviar el resultat?', 300, {
    failed: true,
    waiting_on: 'clinic',
  });
  add({
    ...blank(bad.id),
    ...base,
    conversation_id: bad.conversations[0].id,
    direction: 'out',
    author_kind: 'staff',
    author_id: 2,
    text: 'Bon dia Núria, us el podem donar a la consulta o al portal.',
    delivery: { state: 'failed', leaves_at: null, reason: 'error.mail_refused', attempts: 5 },
    happened_at: ago(200),
  });
  messages.find((m) => m.case_id === bad.id).warning = 'error.mail_sender_not_proven';
  for (let i = 0; i < 160; i++)
    make(
      patients[i % 6],
      `Question ${i + 1} about an appointment`,
      'Hello, I would like to know whether I can come a little earlier.',
      400 + i * 37,
      { assignee_id: i % 3 ? null : 2, unread: i % 4 === 0 },
    );
  const session = {
    state: 'signed_in',
    needs_setup: false,
    user: {
      id: 1,
      name: 'Lucía Moreno',
      email: 'lucia@clinicadelmar.example',
      language: process.env.LANGUAGE_OF_USER ?? 'en',
      theme: 'system',
      presence: 'available',
      second_factor_enabled: false,
    },
    roles: ['director'],
    permissions: [
      'patients_read',
      'patients_write',
      'cases_read',
      'cases_write',
      'messages_send',
      'figures_read',
      'audit_read',
      'staff_read',
      'staff_manage',
      'sites_manage',
      'mailboxes_manage',
      'operations_read',
    ],
    memberships: [],
    all_sites: true,
    site_ids: [],
    assurance: 'password',
    csrf_token: 'x',
    idle_lock_s: 900,
    expires_at: null,
    recent_users: [{ id: 2, name: 'Pau Vila' }],
  };
  const entry = (kind, minutes, title, detail = null, state = 'resolved') => ({
    id: id(),
    kind,
    happened_at: ago(minutes),
    record_kind: 'case',
    record_id: main.id,
    title,
    channel: 'email',
    state,
    detail,
  });
  const accesses = [
    { user_id: 1, user_name: 'Lucía Moreno', action: 'read', count: 4, first_at: ago(60), last_at: ago(1) },
    { user_id: 2, user_name: 'Pau Vila', action: 'change', count: 1, first_at: ago(70), last_at: ago(70) },
    { user_id: null, user_name: '', action: 'create', count: 1, first_at: ago(9000), last_at: ago(9000) },
  ];
  return {
    id,
    users,
    topics,
    sites: [
      {
        id: 1,
        name: 'Clínica del Mar · Eixample',
        time_zone: 'Europe/Madrid',
        active: true,
        has_calendar: true,
        version: 1,
      },
    ],
    patients,
    messages,
    cases,
    blank,
    html,
    session,
    accesses,
    drafts: new Map(),
    files: new Map(),
    timeline: (n) =>
      n === 10
        ? [
            entry('case_opened', 1560, 'Invoice 2026-1187 higher than expected', null, 'open'),
            entry('case_resolved', 11_000, 'Report for the school', 'solved'),
            entry('case_opened', 11_200, 'Report for the school'),
          ]
        : [],
  };
}
