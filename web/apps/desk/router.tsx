import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { base, in_practice } from '@/api/base';
import { session_query } from '@/api/session';
import { search_of_address } from '@/features/conversations/place';
import { Crash, NotFound } from './shell/crash';
import { Shell } from './shell/shell';

// URLs hold ids and enumerated words only, never names or search text.
export const views = [
  'mine',
  'unassigned',
  'longest_waiting',
  'at_risk',
  'follow_ups',
  'all',
  'snoozed',
  'resolved',
  'failed',
] as const;
export type View = (typeof views)[number];

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound });

const sign_in = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('@/features/team/sign_in_page'), 'SignInPage'),
});
/** One-time links (invitation, reset, first administrator, sign-in); the token stands in the fragment, so it is in no log. */
const link = createRoute({
  getParentRoute: () => root,
  path: '/link',
  component: lazyRouteComponent(() => import('@/features/team/link_page'), 'LinkPage'),
});

/** Everything below needs a session. */
const desk = createRoute({
  getParentRoute: () => root,
  id: 'desk',
  beforeLoad: async ({ context, location }) => {
    const asked = context.client.ensureQueryData(session_query);
    const session = in_practice ? await asked.catch(() => undefined) : await asked;
    // Practice knows nobody by password: who is not in it goes back to the clinic.
    if (session === undefined || (in_practice && session.state !== 'signed_in')) {
      window.location.replace('/');
      return;
    }
    if (session.state === 'signed_out')
      throw redirect({
        to: '/sign-in',
        search: location.pathname === '/' ? {} : ({ next: location.pathname } as never),
      });
  },
  component: Shell,
  errorComponent: Crash,
});

const home = createRoute({
  getParentRoute: () => desk,
  path: '/',
  component: () => <Navigate to="/inbox/$view" params={{ view: 'mine' }} replace />,
});
const inbox_page = lazyRouteComponent(() => import('./inbox_page'), 'InboxPage');
const inbox_home = createRoute({
  getParentRoute: () => desk,
  path: '/inbox',
  component: () => <Navigate to="/inbox/$view" params={{ view: 'mine' }} replace />,
});
const inbox = createRoute({
  getParentRoute: () => desk,
  path: '/inbox/$view',
  validateSearch: search_of_address,
  component: inbox_page,
});
const inbox_case = createRoute({ getParentRoute: () => inbox, path: '$case_id', component: () => null });
/** A case without a list beside it that must contain it: links from figures, search, history. */
const one_case = createRoute({
  getParentRoute: () => desk,
  path: '/cases/$case_id',
  component: function OneCase() {
    const { case_id } = one_case.useParams();
    return <Navigate to="/inbox/$view/$case_id" params={{ view: 'all', case_id }} replace />;
  },
});

const patients = createRoute({
  getParentRoute: () => desk,
  path: '/patients',
  component: lazyRouteComponent(() => import('@/features/patients/patients_page'), 'PatientsPage'),
});
const patient = createRoute({
  getParentRoute: () => desk,
  path: '/patients/$id',
  component: lazyRouteComponent(() => import('@/features/patients/patient_page'), 'PatientPage'),
});
const new_patient = createRoute({
  getParentRoute: () => desk,
  path: '/patients/new',
  component: lazyRouteComponent(() => import('@/features/patients/new_patient_page'), 'NewPatientPage'),
});
const duplicates = createRoute({
  getParentRoute: () => desk,
  path: '/patients/duplicates',
  component: lazyRouteComponent(() => import('@/features/patients/duplicates_page'), 'DuplicatesPage'),
});
const patient_import = createRoute({
  getParentRoute: () => desk,
  path: '/patients/import',
  component: lazyRouteComponent(() => import('@/features/patients/import_page'), 'ImportPage'),
});
const figures = createRoute({
  getParentRoute: () => desk,
  path: '/figures',
  component: lazyRouteComponent(() => import('@/features/analytics/figures_page'), 'FiguresPage'),
});
const board = createRoute({
  getParentRoute: () => desk,
  path: '/figures/$board',
  component: lazyRouteComponent(() => import('@/features/analytics/figures_page'), 'FiguresPage'),
});
/** Fills the screen; with a key in its fragment it needs no session. */
const wall = createRoute({
  getParentRoute: () => root,
  path: '/wall',
  component: lazyRouteComponent(() => import('./wall_page'), 'WallScreen'),
});
const yourself = createRoute({
  getParentRoute: () => desk,
  path: '/figures/yourself',
  component: lazyRouteComponent(() => import('@/features/analytics/yourself_page'), 'YourselfPage'),
});
const bottlenecks = createRoute({
  getParentRoute: () => desk,
  path: '/bottlenecks',
  component: lazyRouteComponent(() => import('@/features/bottlenecks/bottlenecks_page'), 'BottlenecksPage'),
});
const staffing = createRoute({
  getParentRoute: () => desk,
  path: '/staffing',
  component: lazyRouteComponent(() => import('@/features/staffing/staffing_page'), 'StaffingPage'),
});
const system = createRoute({
  getParentRoute: () => desk,
  path: '/system',
  component: lazyRouteComponent(() => import('@/features/platform/system_page'), 'SystemPage'),
});

/** The first steps of a new clinic. */
const welcome = createRoute({
  getParentRoute: () => desk,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./welcome/welcome_page'), 'WelcomePage'),
});
const welcome_step = createRoute({ getParentRoute: () => welcome, path: '$step', component: () => null });

const settings = createRoute({
  getParentRoute: () => desk,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings_page'), 'SettingsPage'),
});
const settings_home = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: () => <Navigate to="/settings/account" replace />,
});
const account = createRoute({
  getParentRoute: () => settings,
  path: 'account',
  component: lazyRouteComponent(() => import('@/features/team/account_page'), 'AccountPage'),
});
const people = createRoute({
  getParentRoute: () => settings,
  path: 'people',
  component: lazyRouteComponent(() => import('@/features/team/people_page'), 'PeoplePage'),
});
const sites = createRoute({
  getParentRoute: () => settings,
  path: 'sites',
  component: lazyRouteComponent(() => import('@/features/clinic/sites_page'), 'SitesPage'),
});
const mailboxes = createRoute({
  getParentRoute: () => settings,
  path: 'mailboxes',
  component: lazyRouteComponent(() => import('@/features/email/mailboxes_page'), 'MailboxesPage'),
});
const site = createRoute({
  getParentRoute: () => settings,
  path: 'sites/$id',
  component: lazyRouteComponent(() => import('@/features/clinic/site_page'), 'SitePage'),
});
const topics = createRoute({
  getParentRoute: () => settings,
  path: 'topics',
  component: lazyRouteComponent(() => import('@/features/clinic/topics_page'), 'TopicsPage'),
});
const standards = createRoute({
  getParentRoute: () => settings,
  path: 'standards',
  component: lazyRouteComponent(() => import('@/features/standards/standards_page'), 'StandardsPage'),
});
const keys = createRoute({
  getParentRoute: () => settings,
  path: 'keys',
  component: lazyRouteComponent(() => import('@/features/team/api_keys_page'), 'ApiKeysPage'),
});
const organisation = createRoute({
  getParentRoute: () => settings,
  path: 'organisation',
  component: lazyRouteComponent(() => import('./organisation_page'), 'OrganisationPage'),
});
const mailbox = createRoute({
  getParentRoute: () => settings,
  path: 'mailboxes/$id',
  component: lazyRouteComponent(() => import('@/features/email/mailbox_page'), 'MailboxPage'),
});
const quarantine = createRoute({
  getParentRoute: () => settings,
  path: 'quarantine',
  component: lazyRouteComponent(() => import('@/features/email/quarantine_page'), 'QuarantinePage'),
});
const practice = createRoute({
  getParentRoute: () => settings,
  path: 'practice',
  component: lazyRouteComponent(() => import('@/features/practice/practice_page'), 'PracticePage'),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: 'audit',
  component: lazyRouteComponent(() => import('@/features/privacy/audit_page'), 'AuditPage'),
});

/** An address nobody has; within the desk, so that one finds back. */
const elsewhere = createRoute({ getParentRoute: () => desk, path: '$', component: NotFound });

const tree = root.addChildren([
  sign_in,
  link,
  wall,
  desk.addChildren([
    home,
    inbox_home,
    inbox.addChildren([inbox_case]),
    one_case,
    patients,
    new_patient,
    duplicates,
    patient_import,
    patient,
    figures,
    yourself,
    board,
    bottlenecks,
    staffing,
    system,
    elsewhere,
    welcome.addChildren([welcome_step]),
    settings.addChildren([
      settings_home,
      account,
      people,
      sites,
      site,
      topics,
      standards,
      keys,
      mailboxes,
      mailbox,
      quarantine,
      organisation,
      practice,
      audit,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  basepath: base || '/',
  context: { client: undefined as unknown as QueryClient },
  defaultPreload: 'intent',
  defaultErrorComponent: Crash,
  defaultNotFoundComponent: NotFound,
  defaultPendingMs: 400,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
