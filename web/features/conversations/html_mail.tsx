import { IconPhotoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import DOMPurify from 'dompurify';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Banner, Button, Failure, Loading } from '@/ui';
import styles from './html_mail.module.css';
import type { Message } from './queries';

const forbidden = [
  'script',
  'style',
  'link',
  'meta',
  'base',
  'form',
  'input',
  'button',
  'select',
  'textarea',
  'iframe',
  'frame',
  'frameset',
  'object',
  'embed',
  'applet',
  'svg',
  'math',
  'video',
  'audio',
  'source',
  'track',
  'portal',
  'dialog',
];

interface Cleaned {
  html: string;
  remote: number;
}

/**
 * HTML of strangers, made harmless three times: purified here, then shown in a frame in which nothing can run, under a
 * policy that loads nothing. Remote pictures tell the sender that one has read: only on request, and never from here.
 */
export function clean_mail(html: string, inline: ReadonlyMap<string, string>, with_remote: boolean): Cleaned {
  let remote = 0;
  const purifier = DOMPurify(window);
  purifier.addHook('afterSanitizeAttributes', (node) => {
    if (!(node instanceof Element)) return;
    node.removeAttribute('srcset');
    node.removeAttribute('background');
    const style = node.getAttribute('style');
    if (style && /url\s*\(|expression|@import|position\s*:\s*(fixed|sticky)/i.test(style))
      node.setAttribute('style', style.replace(/[^;]*(url\s*\(|expression|@import|position\s*:)[^;]*;?/gi, ''));
    if (node.tagName === 'IMG') {
      const source = node.getAttribute('src') ?? '';
      const cid = /^cid:(.*)$/i.exec(source)?.[1];
      if (cid !== undefined) {
        const known = inline.get(cid);
        if (known) node.setAttribute('src', known);
        else node.removeAttribute('src');
      } else if (/^https:\/\//i.test(source) && URL.parse(source)?.host !== location.host) {
        remote++;
        if (!with_remote) node.removeAttribute('src');
      } else if (!/^data:image\/(png|jpe?g|gif|webp);/i.test(source)) {
        node.removeAttribute('src');
      }
      if (!node.getAttribute('src')) node.setAttribute('data-blocked', '');
    }
    if (node.tagName === 'A') {
      const target = node.getAttribute('href') ?? '';
      if (!/^(https?:|mailto:|tel:)/i.test(target)) node.removeAttribute('href');
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer nofollow');
    }
  });
  const clean = purifier.sanitize(html, {
    FORBID_TAGS: forbidden,
    FORBID_ATTR: ['id', 'name', 'class', 'ping', 'action', 'formaction', 'poster'],
    ALLOW_DATA_ATTR: false,
    ADD_ATTR: ['target'],
  });
  return { html: clean, remote };
}

const frame_style = `
  html { color-scheme: light; background: #fff; } body { margin: 0; padding: 12px; box-sizing: border-box; overflow-y: hidden; font: 14px/20px Inter, system-ui, sans-serif; color: #1c1917; overflow-wrap: anywhere; }
  img { max-width: 100%; height: auto; } table { max-width: 100%; } a { color: #115e59; } blockquote { margin: 8px 0; padding-left: 12px; border-left: 2px solid #d6d3d1; color: #57534e; }
  img[data-blocked] { display: inline-block; min-width: 24px; min-height: 24px; background: #f5f5f4; border: 1px dashed #d6d3d1; border-radius: 4px; } pre { white-space: pre-wrap; }`;

function page(html: string, with_remote: boolean): string {
  const images = with_remote ? 'img-src data: blob: https:' : 'img-src data: blob:';
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; ${images}; form-action 'none'; base-uri 'none'"><meta name="referrer" content="no-referrer"><base target="_blank"><style>${frame_style}</style></head><body dir="auto">${html}</body></html>`;
}

/**
 * As high as what it shows: measured from outside, which needs our origin but no script in the frame. Pictures that
 * arrive and a window that narrows change it.
 */
function useHeight() {
  const observer = useRef<ResizeObserver | null>(null);
  const [height, set_height] = useState(96);
  useEffect(() => () => observer.current?.disconnect(), []);
  const on_load = (event: { currentTarget: HTMLIFrameElement }) => {
    const body = event.currentTarget.contentDocument?.body;
    if (!body) return;
    const measure = () => set_height(Math.min(20_000, Math.max(48, Math.ceil(body.getBoundingClientRect().height))));
    observer.current?.disconnect();
    observer.current = new ResizeObserver(measure);
    observer.current.observe(body);
    measure();
  };
  return { height, on_load };
}

async function inline_images(message: Message): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const one of message.attachments) {
    if (!one.content_id || !/^image\/(png|jpeg|gif|webp)$/.test(one.content_type) || one.size > 5_000_000) continue;
    const blob = await call(api.GET('/api/attachments/{id}', { params: { path: { id: one.id } }, parseAs: 'blob' }));
    const url = await new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).replace(/^data:[^;]*/, `data:${one.content_type}`));
      reader.readAsDataURL(blob as unknown as Blob);
    });
    found.set(one.content_id.replace(/^<|>$/g, ''), url);
  }
  return found;
}

export function HtmlMail({ message }: { message: Message }) {
  const { t } = useText();
  const [with_remote, allow] = useState(false);
  const { height, on_load } = useHeight();
  const { data, isError, refetch } = useQuery({
    queryKey: ['message-html', message.id],
    queryFn: async () => {
      const html = await call(
        api.GET('/api/messages/{id}/html', { params: { path: { id: message.id } }, parseAs: 'text' }),
      );
      return { html, inline: await inline_images(message) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const cleaned = useMemo(
    () => (data ? clean_mail(data.html, data.inline, with_remote) : undefined),
    [data, with_remote],
  );
  if (isError)
    return <Failure title={t('inbox:html_failed')} retry_label={t('app:try_again')} on_retry={() => void refetch()} />;
  if (!cleaned) return <Loading label={t('app:loading')} lines={3} />;
  return (
    <div className={styles.html}>
      {cleaned.remote > 0 && !with_remote && (
        <Banner
          icon={<IconPhotoOff size={16} stroke={1.5} />}
          action={
            <Button small onClick={() => allow(true)}>
              {t('inbox:load_images')}
            </Button>
          }
        >
          {t('inbox:images_blocked', { count: cleaned.remote })}
        </Banner>
      )}
      <iframe
        className={styles.frame}
        title={t('inbox:html_frame')}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        srcDoc={page(cleaned.html, with_remote)}
        style={{ height }}
        onLoad={on_load}
      />
    </div>
  );
}
