import { writeFileSync } from 'node:fs';
import { connect as netConnect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { onTestFinished, type TestContext } from 'vitest';
import { needsProgram } from './needs.ts';
import { freePort, type ProgramServer, startProgram } from './program-server.ts';
import { temporaryFolder } from './temporary.ts';

export interface MqttBroker {
  url: string;
  stop(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
  client(options?: mqtt.IClientOptions): Promise<MqttClient>;
}

/**
 * A real mosquitto on loopback, ended with the test; the test is skipped where it is not installed.
 * @param passwordFile who may connect, as mosquitto_passwd writes it; anybody without it
 */
export async function startBroker(context: TestContext, passwordFile?: string): Promise<MqttBroker> {
  needsProgram(context, 'mosquitto');
  const folder = temporaryFolder();
  const port = await freePort();
  const access = passwordFile ? `allow_anonymous false\npassword_file ${passwordFile}` : 'allow_anonymous true';
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    `user ${userInfo().username}\nlistener ${port} 127.0.0.1\n${access}\nmax_queued_messages 100000\n`,
  );
  const url = `mqtt://127.0.0.1:${port}`;
  const connect = (options: mqtt.IClientOptions = {}) =>
    mqtt.connectAsync(url, { reconnectPeriod: 0, ...options }, false);
  let program: ProgramServer | null = null;
  const broker: MqttBroker = {
    url,
    start: async () => {
      program = await startProgram('mosquitto', ['-c', config], {}, () => isListening(port));
    },
    stop: async () => {
      await program?.stop();
      program = null;
    },
    client: async (options) => {
      const client = await connect(options);
      onTestFinished(() => client.endAsync(true));
      return client;
    },
  };
  await broker.start();
  onTestFinished(() => broker.stop());
  return broker;
}

function isListening(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = netConnect(port, '127.0.0.1', () => {
      socket.end();
      resolve();
    });
    socket.once('error', reject);
  });
}
