import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/request.js';
import { router } from './app/router.js';
import { SignIn } from './app/sign-in.js';

const maxRetries = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses it refuses again; what it cannot do now may work in a moment.
      retry: (count, error) => count < maxRetries && !(error instanceof ApiError && error.status < 500),
      refetchOnWindowFocus: false,
    },
  },
});

const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no element #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <SignIn>
        <RouterProvider router={router} />
      </SignIn>
    </QueryClientProvider>
  </StrictMode>,
);
