import type { Dice } from '../dice.js';
import type { World } from './world.js';

/** One line of Spring Boot 1.4 with Sleuth. */
export interface SpringLine {
  readonly at: number;
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly service: string;
  readonly thread: string;
  readonly logger: string;
  readonly message: string;
  /** Trace and span of Sleuth; absent outside of a request. */
  readonly traceId?: string;
}

/** Formats with Spring Boot's default pattern: level padded to 5, thread cut to 15 from the right, logger to 40. */
export function springText(world: World, line: SpringLine): string {
  const trace = line.traceId === undefined ? ',,' : `${line.traceId},${line.traceId},false`;
  const thread = line.thread.slice(-15).padStart(15);
  return (
    `${world.text.spring(line.at)} ${line.level.padStart(5)} [${line.service},${trace}] 7 --- [${thread}] ` +
    `${line.logger.padEnd(40)} : ${line.message}`
  );
}

/** Name of one of Tomcat's worker threads. */
export function tomcatThread(dice: Dice): string {
  return `http-nio-80-exec-${String(1 + dice.below(10))}`;
}

const RUNTIME = '[na:1.8.0_111-internal]';
const DRIVER = '~[mongodb-driver-core-3.2.2.jar!/:na]';
const WEB = '~[spring-web-4.3.6.RELEASE.jar!/:4.3.6.RELEASE]';
const WEBMVC = '~[spring-webmvc-4.3.6.RELEASE.jar!/:4.3.6.RELEASE]';
const TOMCAT = '~[tomcat-embed-core-8.5.11.jar!/:8.5.11]';

const requestFrames: readonly string[] = [
  `\tat sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method) ~${RUNTIME}`,
  `\tat sun.reflect.NativeMethodAccessorImpl.invoke(NativeMethodAccessorImpl.java:62) ~${RUNTIME}`,
  `\tat sun.reflect.DelegatingMethodAccessorImpl.invoke(DelegatingMethodAccessorImpl.java:43) ~${RUNTIME}`,
  `\tat java.lang.reflect.Method.invoke(Method.java:498) ~${RUNTIME}`,
  `\tat org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:205) ${WEB}`,
  `\tat org.springframework.web.method.support.InvocableHandlerMethod.invokeForRequest(InvocableHandlerMethod.java:133) ${WEB}`,
  `\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:963) ${WEBMVC}`,
  `\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:846) ${WEBMVC}`,
  `\tat org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:165) ${TOMCAT}`,
  `\tat org.apache.tomcat.util.threads.TaskThread$WrappingRunnable.run(TaskThread.java:61) ${TOMCAT}`,
  `\tat java.lang.Thread.run(Thread.java:745) ${RUNTIME}`,
];

const monitorFrames: readonly string[] = [
  `\tat com.mongodb.connection.InternalStreamConnection.open(InternalStreamConnection.java:116) ${DRIVER}`,
  `\tat com.mongodb.connection.DefaultServerMonitor$ServerMonitorRunnable.run(DefaultServerMonitor.java:113) ${DRIVER}`,
  `\tat java.lang.Thread.run(Thread.java:745) ${RUNTIME}`,
];

const ORDERS_CONTROLLER = 'works.weave.socks.orders.controllers.OrdersController';

/** orders gives up on one of the services it asked; the future's own time limit is 5 s. */
export const ordersTimeoutTrace: readonly string[] = [
  '',
  'java.util.concurrent.TimeoutException: null',
  `\tat java.util.concurrent.FutureTask.get(FutureTask.java:205) ~${RUNTIME}`,
  `\tat ${ORDERS_CONTROLLER}.newOrder(OrdersController.java:112) ~[classes!/:1.4.4.RELEASE]`,
  ...requestFrames,
  '',
];

/** orders dereferences what a release forgot to fill. */
export const ordersNullTrace: readonly string[] = [
  '',
  'java.lang.NullPointerException: null',
  `\tat ${ORDERS_CONTROLLER}.calculateTotal(OrdersController.java:141) ~[classes!/:1.4.4.RELEASE]`,
  `\tat ${ORDERS_CONTROLLER}.newOrder(OrdersController.java:97) ~[classes!/:1.4.4.RELEASE]`,
  ...requestFrames,
  '',
];

/** orders finds nobody at the address of a service it asks. */
export function connectionRefusedTrace(path: string): readonly string[] {
  return [
    '',
    'java.net.ConnectException: Connection refused (Connection refused)',
    `\tat java.net.PlainSocketImpl.socketConnect(Native Method) ~${RUNTIME}`,
    `\tat java.net.Socket.connect(Socket.java:589) ~${RUNTIME}`,
    `Wrapped by: org.springframework.web.client.ResourceAccessException: I/O error on POST request for "http://${path}": Connection refused (Connection refused)`,
    `\tat ${ORDERS_CONTROLLER}.newOrder(OrdersController.java:89) ~[classes!/:1.4.4.RELEASE]`,
    ...requestFrames,
    '',
  ];
}

/** The heap of the virtual machine is full. */
export const heapTrace: readonly string[] = [
  '',
  'java.lang.OutOfMemoryError: Java heap space',
  `\tat java.util.Arrays.copyOf(Arrays.java:3332) ~${RUNTIME}`,
  `\tat works.weave.socks.cart.cart.CartResource.value(CartResource.java:22) ~[classes!/:0.4.8]`,
  ...requestFrames,
  '',
];

/** A span reporter without a collector to send to: harmless, and there from the first minute. */
export const spanReporterTrace: readonly string[] = [
  '',
  'java.net.ConnectException: Connection refused (Connection refused)',
  `\tat java.net.PlainSocketImpl.socketConnect(Native Method) ~${RUNTIME}`,
  `\tat java.net.AbstractPlainSocketImpl.doConnect(AbstractPlainSocketImpl.java:350) ~${RUNTIME}`,
  `\tat java.net.Socket.connect(Socket.java:589) ~${RUNTIME}`,
  `\tat zipkin.reporter.AsyncReporter$BoundedAsyncReporter.flush(AsyncReporter.java:245) ~[zipkin-reporter-0.6.12.jar!/:na]`,
  `\tat java.lang.Thread.run(Thread.java:745) ${RUNTIME}`,
  '',
];

/** The driver's monitor thread could not reach its server. */
export function monitorTrace(exception: string, cause: string): readonly string[] {
  return [
    '',
    exception,
    `\tat com.mongodb.connection.SocketStream.open(SocketStream.java:63) ${DRIVER}`,
    ...monitorFrames,
    `Caused by: ${cause}`,
    `\tat java.net.PlainSocketImpl.socketConnect(Native Method) ~${RUNTIME}`,
    `\tat com.mongodb.connection.SocketStreamHelper.initialize(SocketStreamHelper.java:50) ${DRIVER}`,
    '\t... 3 common frames omitted',
    '',
  ];
}

/** The driver waited for a usable server; the limit is 10 s, twice what orders allows. */
export function serverSelectionTrace(server: string, cause: string): readonly string[] {
  return [
    '',
    `com.mongodb.MongoTimeoutException: Timed out after 10000 ms while waiting for a server that matches ReadPreferenceServerSelector{readPreference=primary}. ` +
      `Client view of cluster state is {type=UNKNOWN, servers=[{address=${server}, type=UNKNOWN, state=CONNECTING, exception={${cause}}}]`,
    `\tat com.mongodb.connection.BaseCluster.createTimeoutException(BaseCluster.java:377) ${DRIVER}`,
    `\tat com.mongodb.connection.BaseCluster.selectServer(BaseCluster.java:104) ${DRIVER}`,
    `\tat com.mongodb.Mongo.execute(Mongo.java:781) ~[mongodb-driver-3.2.2.jar!/:na]`,
    ...requestFrames,
    '',
  ];
}

/** The container's own report of an exception that nobody caught. */
export function servletFailure(cause: string): string {
  return (
    'Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception ' +
    `[Request processing failed; nested exception is ${cause}] with root cause`
  );
}

/** The logger that writes {@link servletFailure}. */
export const SERVLET_LOGGER = 'o.a.c.c.C.[.[.[/].[dispatcherServlet]';

/** What a Spring Boot service says while it starts. */
export function startUpMessages(service: string): readonly (readonly [logger: string, message: string])[] {
  const application =
    service === 'carts' ? 'w.weave.socks.cart.CartApplication' : `w.w.socks.${service}.Application`;
  return [
    [application, 'No active profile set, falling back to default profiles: default'],
    [
      'ationConfigEmbeddedWebApplicationContext',
      'Refreshing org.springframework.boot.context.embedded.AnnotationConfigEmbeddedWebApplicationContext',
    ],
    ['s.b.c.e.t.TomcatEmbeddedServletContainer', 'Tomcat initialized with port(s): 80 (http)'],
    ['o.apache.catalina.core.StandardService', 'Starting service Tomcat'],
    ['org.apache.catalina.core.StandardEngine', 'Starting Servlet Engine: Apache Tomcat/8.5.11'],
    ['o.s.b.c.embedded.FilterRegistrationBean', "Mapping filter: 'characterEncodingFilter' to: [/*]"],
    ['s.b.c.e.t.TomcatEmbeddedServletContainer', 'Tomcat started on port(s): 80 (http)'],
    [application, `Started ${service} in 27.318 seconds (JVM running for 30.004)`],
  ];
}
