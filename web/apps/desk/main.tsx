import '@/ui/base.css';
import '@mantine/core/styles.layer.css';
import '@fontsource-variable/inter/index.css';
import '@/ui/tokens.css';
import '@/ui/mantine.css';
import { createRoot } from 'react-dom/client';
import { start_i18n } from '@/i18n';
import { App } from './app';

await start_i18n();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
