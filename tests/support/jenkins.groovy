// Runs a Jenkinsfile with stand-ins for the steps of Jenkins: args are its path and what is to happen, as JSON.
import groovy.json.JsonOutput
import groovy.json.JsonSlurper

def wish = new JsonSlurper().parseText(args[1])
def told = [ran: [], rolledOut: [], errors: []]
def stashed = []
def given = [:]
def bound = []
def binding = new Binding(env: wish.env, scm: 'scm')
def define = { String name, Closure work -> binding.setVariable(name, work) }

define('properties') { told.properties = it }
define('disableConcurrentBuilds') { 'one at a time' }
define('pipelineTriggers') { it[0] }
define('cron') { it }
define('node') { String label, Closure work -> work() }
define('stage') { String name, Closure work -> work() }
define('dir') { String path, Closure work -> work() }
define('timeout') { Map limit, Closure work -> work() }
define('sleep') { Map wait -> }
define('deleteDir') { }
define('checkout') { }
define('archiveArtifacts') { Map what -> }
define('error') { throw new Exception(it) }
define('string') { Map credential -> credential.variable }
define('parallel') { Map branches -> branches.each { name, work -> work() } }
define('input') { Map question ->
  if (wish.refused) throw new Exception('refused')
  'ada'
}
define('catchError') { Map results, Closure work ->
  try { work() } catch (Exception error) { told.errors << error.message }
}
define('retry') { int times, Closure work ->
  for (int attempt = 1; ; attempt++) {
    try { return work() } catch (Exception error) { if (attempt == times) throw error }
  }
}
define('withEnv') { List pairs, Closure work ->
  def before = given.clone()
  pairs.each { def (name, value) = it.split('=', 2); given[name] = value }
  try { work() } finally { given = before }
}
define('withCredentials') { List names, Closure work ->
  bound = names
  try { work() } finally { bound = [] }
}
define('stash') { Map what -> stashed << what.name }
define('unstash') { String name ->
  if (!(name in stashed)) throw new Exception("there is no stash $name")
}
define('sh') { String command ->
  if (command.contains('roll-out.sh')) told.rolledOut << [command: command, secrets: bound]
  if (!command.startsWith('docker run')) return
  told.ran << [task: given.GALLEY_TASK, passed: given.GALLEY_PASSED, secrets: bound, approver: given.GALLEY_APPROVER]
  if (given.GALLEY_TASK in wish.failing) throw new Exception("${given.GALLEY_TASK} failed")
}

new GroovyShell(binding).evaluate(new File(args[0]))
println JsonOutput.toJson(told)
