import type { Clock } from '@culprit/kernel';
import { CLOCK } from '@culprit/platform';
import type { Provider } from '@nestjs/common';
import type { Store } from '@culprit/store';
import type { NotificationSettings } from '../notify/notification-settings.js';
import type { NotificationsService } from '../notify/notifications.service.js';
import { CARE, CHANNELS, NOTIFICATIONS } from '../tokens.js';
import { CareService } from './care.service.js';

/** What people make of incidents; receivers of messages hear when one is over. */
export function careProvider({ store }: { readonly store: Store }): Provider {
  return {
    provide: CARE,
    inject: [CLOCK, CHANNELS, NOTIFICATIONS],
    useFactory: (clock: Clock, settings: NotificationSettings, notifications: NotificationsService) =>
      new CareService({
        store,
        clock,
        onResolved: async (tenant, incidentId) => {
          const channels = await settings.channels(tenant);
          const kinds = new Map(channels.map(({ channelId, channel }) => [channelId, channel.kind]));
          await notifications.resolve(tenant, incidentId, (channelId) => kinds.get(channelId));
        },
      }),
  };
}
