import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError, when_session_lost } from '@/api/client';
import { session_query } from '@/api/session';
import { problem_text, useText } from '@/i18n';
import { ThemeProvider, Toasts, toast } from '@/ui';
import { router } from './router';

const lost = (error: unknown) => error instanceof ApiError && error.problem.status >= 400 && error.problem.status < 500;
const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 300_000,
      retry: (count, error) => !lost(error) && count < 2,
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
  queryCache: new QueryCache(),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.meta?.silent || !(error instanceof ApiError) || error.problem.status === 401) return;
      toast(problem_text(error.problem), { tone: 'failed' });
    },
  }),
});

when_session_lost(() => void client.invalidateQueries({ queryKey: session_query.queryKey }));

function WindowTitle() {
  const { t, language } = useText();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return <Toasts labels={{ undo: t('app:undo'), close: t('app:close'), region: t('app:messages_region') }} />;
}

export function App() {
  return (
    <QueryClientProvider client={client}>
      <ThemeProvider>
        <RouterProvider router={router} context={{ client }} />
        <WindowTitle />
      </ThemeProvider>
    </QueryClientProvider>
  );
}
