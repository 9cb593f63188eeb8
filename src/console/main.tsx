import { render } from 'preact';
import { App } from './app.tsx';
import { followNavigation } from './router.ts';
import { loadSession } from './session.ts';
import './style/tokens.css';
import './style/base.css';
import './style/layout.css';
import './style/controls.css';
import './style/data.css';
import './style/feedback.css';
import { applyTheme } from './theme.ts';

applyTheme();
followNavigation();
const root = document.getElementById('console');
if (root) render(<App />, root);
loadSession();
