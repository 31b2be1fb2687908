import { address, type Route } from '../client/address.ts';

export interface Crumb {
  text: string;
  address?: string;
}

/** Where the window is: the project, the page, and what of it; the last is the page's own title where it has one. */
export function crumbsOf(route: Route, project: string, pageTitle: string): Crumb[] {
  const home: Crumb = { text: project, address: address.circle() };
  switch (route.page) {
    case 'circle':
      return [home, ...(pageTitle && pageTitle !== project ? [{ text: pageTitle }] : [])];
    case 'data':
      return [home, { text: 'Data' }];
    case 'dataset':
      return [
        home,
        { text: 'Data', address: address.data() },
        { text: route.name, address: address.dataset(route.name) },
        ...(route.version === undefined ? [] : [{ text: `version ${route.version}` }]),
      ];
    case 'train':
      return [home, { text: 'Train' }];
    case 'runs':
      return [home, { text: 'Train', address: address.train() }, { text: 'Runs' }];
    case 'run':
    case 'sweep':
    case 'compare':
      return [
        home,
        { text: 'Train', address: address.train() },
        { text: 'Runs', address: address.runs() },
        { text: pageTitle },
      ];
    case 'package':
      return withPart(
        home,
        'Package',
        address.package(),
        route.version === undefined ? route.model : `${route.model} v${route.version}`,
      );
    case 'versions':
      return [home, { text: 'Package', address: address.package() }, { text: pageTitle }];
    case 'card':
      return [
        home,
        { text: 'Package', address: address.package() },
        { text: `${route.model} v${route.version}`, address: address.package(route.model, route.version) },
        { text: 'Card' },
      ];
    case 'deploy':
      return withPart(home, 'Deploy', address.deploy(), route.deployment);
    case 'monitor':
      return withPart(home, 'Monitor', address.monitor(), route.deployment);
    case 'retrain':
      return withPart(home, 'Retrain', address.retrain(), route.run === undefined ? undefined : pageTitle);
    case 'calendar':
      return withPart(home, 'Retrain', address.retrain(), 'Calendar');
    case 'settings':
      return [home, { text: 'Settings' }];
    case 'help':
      return [home, { text: 'Help' }];
    case 'unknown':
      return [home, { text: 'No such page' }];
  }
}

function withPart(home: Crumb, title: string, to: string, part: string | undefined): Crumb[] {
  return part === undefined ? [home, { text: title }] : [home, { text: title, address: to }, { text: part }];
}
